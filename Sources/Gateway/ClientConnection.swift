package import Contract
package import HTTP2
package import TLS

/// Why a command could not speak to a server.
package enum ClientFailure: Error, Sendable {
  case system(SystemError)
  case tls(TLSError)
  case http2(HTTP2Error)
  /// The server speaks something else than HTTP/2.
  case notHTTP2
  /// The connection ended before the answer did.
  case closed
}

/// The client's side of one connection: what the command line uses.
///
/// It blocks, until `unblock` is called: from then on `receive` and `send` do what can be done now.
package final class ClientConnection {
  let http2: HTTP2ClientSession
  private var channel: SecureChannel

  /// Connects, shakes hands and readies HTTP/2.
  package init(
    host: String, port: Int, name: HostName, context: TLSContext, at unixSeconds: Int64
  ) throws(ClientFailure) {
    do throws(HTTP2Error) {
      http2 = try HTTP2ClientSession(limits: HTTP2Limits())
    } catch {
      throw .http2(error)
    }
    channel = SecureChannel(
      try Self.connect(host, port), context.connect(to: name, at: unixSeconds, resuming: nil))
    try channel.shakeHands()
  }

  /// The socket, for who waits until something comes.
  var descriptor: Int32 { channel.socket.number }

  /// Sends a request and gives its answer; `chunk` sees each piece of the body as it comes and says
  /// whether to go on.
  ///
  /// What comes back are the trailers, empty when there were none or nobody waited for them.
  @discardableResult
  package func request(
    _ fields: FieldSection, body: [UInt8], head: (FieldSection) -> Void,
    chunk: ([UInt8]) -> Bool
  ) throws(ClientFailure) -> FieldSection {
    guard let stream = http2.request(fields, body: body) else { throw .closed }
    var hasHead = false
    while true {
      try send()
      while let event = http2.nextEvent() {
        switch event {
        case .headers(stream):
          hasHead = true
          head(http2.head(of: stream) ?? FieldSection())
        case .body(stream): if !chunk(http2.takeBody(stream)) { return FieldSection() }
        case .end(stream):
          if !hasHead { head(http2.head(of: stream) ?? FieldSection()) }
          let rest = http2.takeBody(stream)
          if !rest.isEmpty { _ = chunk(rest) }
          return http2.takeTrailers(stream)
        case .closed(stream, _): throw .closed
        default: break
        }
      }
      try receive()
    }
  }

  private static func connect(_ host: String, _ port: Int) throws(ClientFailure) -> Descriptor {
    do throws(SystemError) {
      var failure = SystemError(operation: "connect", number: 0)
      for address in try Linux.resolve(host: host, port: port, isListening: false) {
        do throws(SystemError) { return try Linux.connect(to: address) } catch { failure = error }
      }
      throw failure
    } catch {
      throw .system(error)
    }
  }

  /// From now on nothing waits for the network.
  func unblock() throws(ClientFailure) {
    do throws(SystemError) { try Linux.unblock(channel.socket.number) } catch {
      throw .system(error)
    }
    channel.isBlocking = false
  }

  /// Reads once; false when nothing is there now.
  @discardableResult
  func receive() throws(ClientFailure) -> Bool { try channel.receive(into: http2) }

  /// Sends what HTTP/2 has to say; false when the rest must wait for room.
  @discardableResult
  func send() throws(ClientFailure) -> Bool { try channel.send(from: http2) }
}

/// A socket and the TLS on it.
private struct SecureChannel: ~Copyable {
  let socket: Descriptor
  var isBlocking = true
  private var tls: TLSSession
  private var input = [UInt8](repeating: 0, count: readMax)
  private var plaintext: [UInt8] = []
  /// Ciphertext on its way, and how much of it the system has taken.
  private var outgoing: [UInt8] = []
  private var outgoingSent = 0

  /// Bytes that are read at once.
  private static let readMax = 65_536

  init(_ socket: consuming Descriptor, _ tls: consuming TLSSession) {
    self.socket = socket
    self.tls = tls
  }

  mutating func shakeHands() throws(ClientFailure) {
    do throws(TLSError) { try tls.start(into: &outgoing) } catch { throw .tls(error) }
    try write()
    while tls.state == .handshaking { try read() }
    guard tls.negotiatedProtocol == .h2 else { throw .notHTTP2 }
  }

  mutating func receive(into http2: HTTP2ClientSession) throws(ClientFailure) -> Bool {
    // The end of the handshake may have brought the first of it.
    if plaintext.isEmpty, try !read() { return false }
    do throws(HTTP2Error) {
      try http2.receive(
        plaintext.span, at: UInt32(truncatingIfNeeded: Linux.nanoseconds / 1_000_000_000))
    } catch {
      throw .http2(error)
    }
    plaintext.removeAll(keepingCapacity: true)
    return true
  }

  mutating func send(from http2: HTTP2ClientSession) throws(ClientFailure) -> Bool {
    var pending: [UInt8] = []
    while try write() {
      pending.removeAll(keepingCapacity: true)
      http2.pending(into: &pending, atMost: TLSSession.recordMax)
      if pending.isEmpty { return true }
      do throws(TLSError) { try tls.seal(pending.span, into: &outgoing) } catch {
        throw .tls(error)
      }
    }
    return false
  }

  /// Adds to the plaintext what has come; false when nothing is there now.
  @discardableResult
  private mutating func read() throws(ClientFailure) -> Bool {
    // Moved out meanwhile: the session reads it while it writes to its neighbours.
    var input: [UInt8] = []
    swap(&input, &self.input)
    defer { swap(&input, &self.input) }
    let count: Int
    switch Linux.read(socket.number, into: &input) {
    case .bytes(let read): count = read
    case .wouldBlock: return false
    case .closed: throw .closed
    }
    do throws(TLSError) {
      try tls.receive(
        input.span.extracting(0..<count), plaintext: &plaintext, ciphertextOut: &outgoing)
    } catch {
      throw .tls(error)
    }
    try write()
    return true
  }

  /// Hands over what is sealed; false when the system has no room for the rest.
  @discardableResult
  private mutating func write() throws(ClientFailure) -> Bool {
    while outgoingSent < outgoing.count {
      switch Linux.write(socket.number, outgoing, from: outgoingSent) {
      case .bytes(let count): outgoingSent += count
      case .wouldBlock where isBlocking: continue
      case .wouldBlock: return false
      case .closed: throw .closed
      }
    }
    outgoing.removeAll(keepingCapacity: true)
    outgoingSent = 0
    return true
  }
}
