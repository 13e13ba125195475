package import Contract
package import HTTP2
package import TLS
internal import Wire

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

/// The client's side of one connection, blocking: what the command line uses.
package final class ClientConnection {
  private let socket: Descriptor
  private var tls: TLSSession
  private let http2: HTTP2ClientSession

  /// Bytes that are read at once.
  private static let readMax = 65_536

  /// Connects, shakes hands and readies HTTP/2.
  package init(
    host: String, port: Int, name: HostName, context: TLSContext, at unixSeconds: Int64
  ) throws(ClientFailure) {
    socket = try Self.connect(host, port)
    tls = context.connect(to: name, at: unixSeconds, resuming: nil)
    do throws(HTTP2Error) {
      http2 = try HTTP2ClientSession(limits: HTTP2Limits())
    } catch {
      throw .http2(error)
    }
    var first: [UInt8] = []
    do throws(TLSError) { try tls.start(into: &first) } catch { throw .tls(error) }
    try write(first)
    while tls.state == .handshaking { _ = try read() }
    guard tls.negotiatedProtocol == .h2 else { throw .notHTTP2 }
  }

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
    try flush()
    while true {
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
      let plaintext = try read()
      do throws(HTTP2Error) {
        try http2.receive(
          plaintext.span, at: UInt32(truncatingIfNeeded: Linux.nanoseconds / 1_000_000_000))
      } catch {
        throw .http2(error)
      }
      try flush()
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

  /// Plaintext that has come, possibly none; what the handshake answers goes out at once.
  private func read() throws(ClientFailure) -> [UInt8] {
    var input = [UInt8](repeating: 0, count: Self.readMax)
    guard case .bytes(let count) = Linux.read(socket.number, into: &input) else { throw .closed }
    var plaintext: [UInt8] = []
    var answer: [UInt8] = []
    do throws(TLSError) {
      try tls.receive(
        input.span.extracting(0..<count), plaintext: &plaintext, ciphertextOut: &answer)
    } catch {
      throw .tls(error)
    }
    try write(answer)
    return plaintext
  }

  private func flush() throws(ClientFailure) {
    while true {
      var plaintext: [UInt8] = []
      http2.pending(into: &plaintext, atMost: TLSSession.recordMax)
      if plaintext.isEmpty { return }
      var sealed: [UInt8] = []
      do throws(TLSError) { try tls.seal(plaintext.span, into: &sealed) } catch {
        throw .tls(error)
      }
      try write(sealed)
    }
  }

  private func write(_ bytes: [UInt8]) throws(ClientFailure) {
    var offset = 0
    while offset < bytes.count {
      guard case .bytes(let count) = Linux.write(socket.number, bytes, from: offset) else {
        throw .closed
      }
      offset += count
    }
  }
}
