internal import Contract
internal import HTTP2
internal import Routing
internal import TLS
internal import Wire

/// The state of one event loop: its connections, its feeds, its buffers.
///
/// The actor's executor is the loop's own thread, so everything here is touched by that thread
/// alone, and the runtime checks it.
actor Loop {
  nonisolated let eventLoop: EventLoop
  // SAFETY: the loop keeps its executor alive.
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe eventLoop.asUnownedSerialExecutor()
  }

  let interface: Interface
  let limits: GatewayLimits
  let http2Limits: HTTP2Limits
  let observer: any GatewayObserver
  let wantsAnswers: Bool
  let census: FeedCensus
  let buffers: BufferCensus
  let origin: String
  var context: TLSContext

  var connections = ConnectionTable()
  var dirty: [Connection] = []
  var feeds = FeedTable()
  let wants = FeedWants()
  /// The question who has ended, while it is open, and when it was asked last.
  var standings: RequestTask?
  var standingsAsked: Int64 = 0
  /// The question whether the server is ready, while it is open.
  var readiness: RequestTask?
  var metrics = LoopMetrics()
  var now: Int64 = 0
  /// When the first client stops waiting; `max` when none says.
  var nextDeadline = Int64.max
  var drainBegan: Int64?
  var isDraining: Bool { drainBegan != nil }
  var isStopped = false

  /// The connections of the process by address, and the handshakes of this loop.
  private let addresses: AddressCensus
  private var handshakes = 0
  private var isListening = true
  /// Requests that are being worked on.
  var running = 0
  /// The stream whose request is being begun, as long as it has not had to wait.
  var starting: StreamKey?
  var idleWorkers: [RequestWorker] = []

  private let epoll: Descriptor
  /// Wakes the loop for its next sweep: a limit on each wait would set a timer each time, which is
  /// a tenth of what a lonely request costs.
  private let ticker: Descriptor
  private var isTicking = false
  private var listeners: [ListeningSocket]
  private var events = ReadyEvents()
  private var sweptAt: Int64 = 0

  /// Buffers that every connection of the loop borrows for one call.
  var input = [UInt8](repeating: 0, count: 65_536)
  var plaintext: [UInt8] = []
  var ciphertext: [UInt8] = []
  var fields = FieldSection()
  /// The fields that answers share, by the place of their template.
  var sharedFields: [SharedFields?] = []
  /// Room for the orders of a turn.
  private var orders: [LoopOrder] = []

  /// A listening socket and the event token that stands for it.
  final class ListeningSocket {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  /// Event tokens above every connection's: listeners count down from here, the mailbox and the
  /// ticker have the last.
  private static let mailboxToken = UInt64.max
  private static let tickToken = UInt64.max - 1
  private static let firstListenerToken = UInt64.max - 2

  init(
    eventLoop: EventLoop, listeningOn places: [ListeningPlace], setup: GatewaySetup,
    censuses: Censuses, origin: String
  ) throws(SystemError) {
    self.eventLoop = eventLoop
    interface = setup.interface
    limits = setup.limits
    http2Limits = setup.http2Limits
    observer = setup.observer
    wantsAnswers = setup.observer.wantsAnswers
    context = setup.context
    census = censuses.feeds
    addresses = censuses.addresses
    buffers = censuses.buffers
    self.origin = origin
    epoll = try Linux.makeEpoll()
    listeners = []
    try Linux.watch(
      epoll.number, eventLoop.counter.number, [.reading, .edge], token: Self.mailboxToken,
      isNew: true)
    ticker = try Linux.makeTimer()
    try Linux.watch(
      epoll.number, ticker.number, [.reading, .edge], token: Self.tickToken, isNew: true)
    for (index, place) in places.enumerated() {
      let descriptor = try Self.listen(on: place, setup.limits)
      try Linux.watch(
        epoll.number, descriptor.number, .reading, token: Self.firstListenerToken - UInt64(index),
        isNew: true)
      listeners.append(ListeningSocket(descriptor))
    }
  }

  private static func listen(
    on place: ListeningPlace, _ limits: GatewayLimits
  ) throws(SystemError) -> Descriptor {
    switch place {
    case .address(let address):
      try Linux.listen(on: address, isShared: true, backlog: Int32(limits.backlog))
    case .inherited(let number): try Linux.listen(onInherited: number)
    }
  }

  /// Turns until the loop has drained; the calling thread becomes the loop's.
  ///
  /// The jobs that a connection has begun run before the next one is read: what 32 requests began
  /// is still in the processor's cache then, what 256 began is not.
  nonisolated func run() {
    eventLoop.adoptCurrentThread()
    assumeIsolated { $0.now = Linux.nanoseconds }
    var jobs = JobBatch()
    var hasJobs = eventLoop.runJobs(limit: limits.jobsPerTurn, &jobs)
    while let ready = assumeIsolated({ $0.wait(isBusy: hasJobs) }) {
      for index in 0..<ready {
        assumeIsolated { $0.dispatch(at: index) }
        _ = eventLoop.runJobs(limit: limits.jobsPerTurn, &jobs)
      }
      assumeIsolated { $0.lookAtTheTime() }
      hasJobs = eventLoop.runJobs(limit: limits.jobsPerTurn, &jobs)
    }
    assumeIsolated { $0.dismissWorkers() }
    // Jobs that were on their way still own continuations: they run, find nothing to do and end.
    while eventLoop.runJobs(limit: limits.jobsPerTurn, &jobs) {}
  }

  /// Writes what is ready, then waits for sockets; how many have something to say, nil when the
  /// loop has ended.
  private func wait(isBusy: Bool) -> Int? {
    carryOutOrders()
    flushDirty()
    loadAllWanted()
    if isStopped || isDraining && connections.count == 0 { return nil }
    // The lines above may have begun work of their own.
    let pause: Int32 = isBusy || !dirty.isEmpty || eventLoop.hasWork ? 0 : patience
    do throws(SystemError) {
      if !isTicking, connections.count > 0 {
        try Linux.set(ticker.number, to: Linux.nanoseconds + limits.sweepEvery.nanoseconds)
        isTicking = true
      }
      try Linux.wait(epoll.number, &events, milliseconds: pause)
    } catch {
      preconditionFailure("the system refused the loop's own descriptors: \(error)")
    }
    now = Linux.nanoseconds
    return events.count
  }

  /// Ends what has taken too long.
  private func lookAtTheTime() {
    expireCalls()
    if now - sweptAt >= limits.sweepEvery.nanoseconds {
      sweptAt = now
      sweep()
    }
  }

  private func carryOutOrders() {
    eventLoop.takeOrders(&orders)
    guard !orders.isEmpty else { return }
    now = Linux.nanoseconds
    for order in orders { carryOut(order) }
    orders.removeAll(keepingCapacity: true)
  }

  private func carryOut(_ order: LoopOrder) {
    switch order {
    case .grew(let stream, let moment): grew(stream, at: moment)
    case .use(let context): self.context = context
    case .drain: beginDrain()
    case .answer(let answer): deliver(answer)
    }
  }

  private func dispatch(at index: Int) {
    let (token, ready) = (events[index].token, events[index].ready)
    if token == Self.mailboxToken { return }
    if token == Self.tickToken {
      isTicking = false
      return
    }
    let listener = Self.firstListenerToken - token
    if listener < UInt64(listeners.count) {
      accept(from: listeners[Int(listener)])
      return
    }
    guard let connection = connections[ConnectionToken(bits: token)] else { return }
    if ready.contains(.writing) { flush(connection) }
    if !ready.isDisjoint(with: [.reading, .failure]) { read(connection) }
  }

  private func accept(from listener: ListeningSocket) {
    while handshakes < limits.handshakesMax {
      switch Linux.accept(listener.descriptor.number) {
      case .nobody: return
      case .exhausted: return pauseListening()
      case .connection(let descriptor, let network): take(descriptor, from: network)
      }
    }
    pauseListening()
  }

  private func take(_ descriptor: consuming Descriptor, from network: ClientNetwork) {
    guard !isDraining, connections.count < limits.connectionsMax,
      addresses.enter(network, limit: limits.connectionsPerAddressMax)
    else {
      metrics.connectionsRefused += 1
      return
    }
    let number = descriptor.number
    let token = connections.reserve()
    let connection = Connection(
      descriptor: descriptor, token: token, network: network,
      tls: context.accept(at: observer.wallClock.now.milliseconds / 1000),
      now: now)
    connections.insert(connection)
    handshakes += 1
    metrics.connectionsAccepted += 1
    do throws(SystemError) {
      try Linux.watch(epoll.number, number, .reading, token: token.bits, isNew: true)
    } catch {
      close(connection)
    }
  }

  /// Lets connections wait in the kernel's queue; `resumeListening` takes them.
  private func pauseListening() {
    metrics.listeningPaused += isListening ? 1 : 0
    listen(false)
  }

  /// Takes connections again, if there is room for their handshakes.
  func resumeListening() {
    guard !isListening, handshakes < limits.handshakesMax else { return }
    listen(true)
  }

  private func listen(_ isListening: Bool) {
    self.isListening = isListening
    for (index, listener) in listeners.enumerated() {
      do throws(SystemError) {
        try Linux.watch(
          epoll.number, listener.descriptor.number, isListening ? .reading : [],
          token: Self.firstListenerToken - UInt64(index), isNew: false)
      } catch {
        preconditionFailure("epoll refused a listener that it watches: \(error)")
      }
    }
  }

  /// A handshake is over, however it went.
  func endHandshake(of connection: Connection) {
    guard connection.isShakingHands else { return }
    connection.isShakingHands = false
    handshakes -= 1
    // Not for every one: a look at the queue is a system call.
    if handshakes == limits.handshakesMax / 2 { resumeListening() }
  }

  /// Tells epoll what this connection waits for, when that has changed.
  func watch(_ connection: Connection, _ interest: Interest) {
    guard connection.interest != interest else { return }
    connection.interest = interest
    do throws(SystemError) {
      try Linux.watch(
        epoll.number, connection.descriptor.number, interest, token: connection.token.bits,
        isNew: false)
    } catch {
      close(connection)
    }
  }

  /// The loop's counters now.
  func snapshot() -> LoopMetrics {
    var metrics = metrics
    metrics.running = running
    for connection in connections.all {
      metrics.bufferedBytes += connection.countedBytes
      metrics.openStreams += connection.http2?.openStreams ?? 0
      metrics.openFeeds += connection.feeds.count
    }
    return metrics
  }

  /// Stops listening; connections end as their work does.
  func stopListening() {
    listeners.removeAll()
  }

  /// Forgets the connection and everything that it had going.
  func close(_ connection: Connection) {
    if case .closed = connection.phase { return }
    connection.phase = .closed
    endHandshake(of: connection)
    addresses.leave(connection.network)
    for task in connection.pending.values { task.cancel() }
    for subscriber in connection.feeds.values { leave(subscriber) }
    connection.pending.removeAll()
    connection.feeds.removeAll()
    connection.dialogues.removeAll()
    connection.tunnels.removeAll()
    connection.waiting.removeAll()
    connection.deadlines.removeAll()
    connection.http2 = nil
    connection.unsent = []
    connection.unsentOffset = 0
    countBuffers(of: connection)
    connection.last = nil
    connections.remove(connection.token)
    metrics.connectionsClosed += 1
  }
}
