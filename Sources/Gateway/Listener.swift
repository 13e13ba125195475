package import Contract
internal import Glibc
package import HTTP2
package import Routing
internal import Synchronization
package import TLS

/// What a gateway is made from.
package struct GatewaySetup: Sendable {
  package let interface: Interface
  package let context: TLSContext
  package let limits: GatewayLimits
  package let http2Limits: HTTP2Limits
  package let observer: any GatewayObserver
  package let doorbell: Doorbell

  package init(
    interface: Interface, context: TLSContext, limits: GatewayLimits, http2Limits: HTTP2Limits,
    observer: any GatewayObserver, doorbell: Doorbell
  ) {
    self.interface = interface
    self.context = context
    self.limits = limits
    self.http2Limits = http2Limits
    self.observer = observer
    self.doorbell = doorbell
  }
}

/// The listening half of the server: its loops, one thread each.
package final class Listener: Sendable {
  /// The port that was bound, also when any free one was asked for.
  package let port: Int
  /// The addresses that are listened on, in text with their port.
  package let addresses: [String]
  /// The URL that clients use.
  package let origin: String
  package let census: FeedCensus
  /// What the listener serves.
  package let interface: Interface
  private let loops: [Loop]
  private let threads = Mutex<[SystemThread]>([])

  /// Binds the listeners and readies `loopCount` loops; nothing is accepted before `start()`.
  ///
  /// Where this process was started with listening sockets (`inherited`), those are used, and the
  /// host only names the server.
  package init(
    _ setup: GatewaySetup, host: String, port: Int, inherited: [Int32] = [], loopCount: Int,
    census: FeedCensus
  ) throws(SystemError) {
    Linux.raiseDescriptorLimit()
    let bound =
      inherited.isEmpty
      ? try Self.bind(host, port, backlog: Int32(setup.limits.backlog))
      : try Self.adopt(inherited)
    let origin = "https://\(Self.name(of: host)):\(bound.port)"
    self.port = bound.port
    self.origin = origin
    self.census = census
    interface = setup.interface
    self.addresses = bound.addresses.map { "\($0.host):\($0.port)" }
    var loops: [Loop] = []
    let censuses = Censuses(
      feeds: census, buffers: BufferCensus(bytesMax: setup.limits.bufferedBytesMax))
    for _ in 0..<loopCount {
      loops.append(
        try Loop(
          eventLoop: try EventLoop(), listeningOn: bound.places, setup: setup, censuses: censuses,
          origin: origin))
    }
    self.loops = loops
    let eventLoops = loops.map(\.eventLoop)
    setup.doorbell.listen { stream in
      let now = Linux.nanoseconds
      for eventLoop in eventLoops { eventLoop.post(.grew(stream, at: now)) }
    }
  }

  /// Loops enough to keep every core busy that this process may use.
  package static var loopsForThisMachine: Int { min(Linux.processors, 256) }

  /// Starts to accept.
  package func start() throws(SystemError) {
    for (index, loop) in loops.enumerated() {
      let thread = try SystemThread(name: "loop-\(index)") { loop.run() }
      threads.withLock { $0.append(thread) }
    }
  }

  /// New connections use these certificates from now on; old ones keep theirs.
  package func use(_ context: TLSContext) {
    for loop in loops { loop.eventLoop.post(.use(context)) }
  }

  /// Begins the orderly end; `waitUntilEnded()` returns when it is over.
  package func drain() {
    for loop in loops { loop.eventLoop.post(.drain) }
  }

  /// Blocks the calling thread until every loop has ended.
  package func waitUntilEnded() {
    let running = threads.withLock { threads in
      defer { threads.removeAll() }
      return threads
    }
    for thread in running { thread.join() }
  }

  /// The loops' counters, added up.
  package func metrics() async -> LoopMetrics {
    var sum = LoopMetrics()
    for loop in loops { sum += await loop.snapshot() }
    return sum
  }

  private static func name(of host: String) -> String {
    ["0.0.0.0", "::", "[::]", "127.0.0.1", "::1", "[::1]", ""].contains(host) ? "localhost" : host
  }

  /// Finds the addresses and a port that is free on all of them.
  ///
  /// Loops share the port, and so would a second server of the same user: a bind that shares
  /// nothing shows first that nobody else is there.
  private static func bind(
    _ host: String, _ port: Int, backlog: Int32
  ) throws(SystemError) -> Bound {
    let bare =
      host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    var addresses: [SocketAddress] = []
    var chosen = port
    for candidate in try Linux.resolve(host: bare, port: port, isListening: true) {
      let address = candidate.with(port: chosen)
      let probe: Descriptor
      do throws(SystemError) {
        probe = try Linux.listen(on: address, isShared: false, backlog: backlog)
      } catch {
        // A machine without IPv6 still has a `localhost` of that family in its tables.
        guard error.isAddressMissing, !addresses.isEmpty else { throw error }
        continue
      }
      let bound = try Linux.boundAddress(probe.number)
      chosen = bound.port
      if !addresses.contains(where: { $0.bytes == bound.bytes }) { addresses.append(bound) }
    }
    return Bound(addresses: addresses, port: chosen, places: addresses.map { .address($0) })
  }

  /// The sockets that this process was started with; all loops share them.
  private static func adopt(_ inherited: [Int32]) throws(SystemError) -> Bound {
    var addresses: [SocketAddress] = []
    for number in inherited {
      _ = try Linux.listen(onInherited: number)
      addresses.append(try Linux.boundAddress(number))
    }
    return Bound(
      addresses: addresses, port: addresses.first?.port ?? 0,
      places: inherited.map { .inherited($0) })
  }

  private struct Bound {
    let addresses: [SocketAddress]
    let port: Int
    let places: [ListeningPlace]
  }
}

/// Where a loop listens.
enum ListeningPlace: Sendable {
  /// On a socket of its own, bound to this address.
  case address(SocketAddress)
  /// On a descriptor that the process was started with.
  case inherited(Int32)
}
