internal import Synchronization

/// What a server of HTTP is asked.
package struct CurlRequest: Sendable {
  package let destination: CurlDestination
  /// The request method; `HEAD` is none of them, since an answer to it ends otherwise.
  package let method: String
  /// Fields of the head, each as `name: value`; no line breaks.
  package let fields: [String]
  /// Nil where the request has none, not even an empty one.
  package let body: [UInt8]?
  /// Milliseconds that connecting may take, and seconds in which something must come.
  package let connectMilliseconds: Int
  package let idleSeconds: Int
  /// Says where the transfer may connect to, which no proxy does for it then; nil lets it go
  /// everywhere.
  package let network: CurlGuard?
  /// Through whom it goes where nobody says where it may connect to.
  let proxy: CurlProxy
  /// Certificates in PEM that the server's is held against in place of the machine's.
  let authority: [UInt8]?

  package init(
    _ destination: CurlDestination, method: String, fields: [String], body: [UInt8]?,
    connectMilliseconds: Int, idleSeconds: Int, network: CurlGuard? = nil,
    proxy: CurlProxy = .environment, authority: [UInt8]? = nil
  ) {
    precondition(method != "HEAD", "libcurl would wait for a body")
    self.destination = destination
    self.method = method
    self.fields = fields
    self.body = body
    self.connectMilliseconds = connectMilliseconds
    self.idleSeconds = idleSeconds
    self.network = network
    self.proxy = proxy
    self.authority = authority
  }
}

/// The head of an answer.
package struct CurlHead: Hashable, Sendable {
  package let status: Int
  /// The values of each field in their order, by its name in small letters.
  let fields: [String: [String]]

  /// The value of a field, whatever the case of its name; those of one that came several times are
  /// joined by commas (RFC 9110 §5.2), and one that did not come has none.
  package func value(of name: String) -> String? {
    fields[name.lowercased()]?.joined(separator: ", ")
  }
}

/// Why an answer did not come, or not to its end.
package struct CurlExchangeFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What failed.
  package enum Kind: Hashable, Sendable {
    /// It would have led to an address that it may not reach.
    case forbidden
    /// There is no answer, and the server may not have seen the request.
    case unreachable
    /// The server's certificate, or its proxy's, is nobody's that is believed; it saw no request.
    case untrusted
    /// Nothing came for too long.
    case timedOut
    /// The answer began, and its end did not come.
    case brokenOff
    /// Its reader closed it.
    case closed
  }

  /// What failed.
  package let kind: Kind
  /// What failed, for operators.
  package let description: String
}

/// A request and its answer, which is read while it arrives; by one reader at a time.
package final class CurlExchange: Sendable {
  /// Bytes that wait for the reader, from which on the server has to wait as well.
  private static let waitingMax = 1 << 20
  /// The longest head that is read, in bytes; those before the final one count as well.
  static let headBytesMax = 65_536

  /// What becomes of a piece of the body.
  enum Taking: Hashable, Sendable {
    case taken
    /// It is to be given again once the reader has caught up.
    case tooEarly
    case unwanted
  }

  @safe fileprivate struct State {
    /// The head as far as it has come.
    var status = 0
    var fields: [String: [String]] = [:]
    var headBytes = 0
    var isHeadWhole = false
    var bytes: [UInt8] = []
    var isPaused = false
    /// Whether an address was refused.
    var isForbidden = false
    /// How it ended; a failure, or nil for its proper end.
    var ending: CurlExchangeFailure??
    var reader: UnsafeContinuation<Void, Never>?
  }

  private let network: CurlGuard?
  private let state = Mutex(State())
  private let end: @Sendable (CurlExchange) -> Void
  private let goOn: @Sendable (CurlExchange) -> Void

  /// `end` has the transfer end, `goOn` has it go on after a piece came too early.
  init(
    network: CurlGuard? = nil, end: @escaping @Sendable (CurlExchange) -> Void,
    goOn: @escaping @Sendable (CurlExchange) -> Void
  ) {
    self.network = network
    self.end = end
    self.goOn = goOn
  }

  /// The head, once it is whole.
  package func head() async throws(CurlExchangeFailure) -> CurlHead {
    while true {
      let found = state.withLock { state -> Result<CurlHead, CurlExchangeFailure>? in
        if state.isHeadWhole {
          return .success(CurlHead(status: state.status, fields: state.fields))
        }
        guard let ending = state.ending else { return nil }
        return .failure(ending ?? Self.noHead)
      }
      if let found { return try found.get() }
      await wait { !$0.isHeadWhole && $0.ending == nil }
    }
  }

  /// What has come of the body since the last call, at least a byte; nil at its end.
  package func next() async throws(CurlExchangeFailure) -> [UInt8]? {
    while true {
      let (found, wasPaused) = state.withLock { state in
        let piece = state.bytes
        guard !piece.isEmpty else { return (state.ending.map(Self.end), false) }
        state.bytes = []
        defer { state.isPaused = false }
        return (.success(piece), state.isPaused)
      }
      if wasPaused { goOn(self) }
      if let found { return try found.get() }
      await wait { $0.bytes.isEmpty && $0.ending == nil }
    }
  }

  /// What a reader gets at an end.
  private static func end(
    _ failure: CurlExchangeFailure?
  ) -> Result<[UInt8]?, CurlExchangeFailure> {
    failure.map { .failure($0) } ?? .success(nil)
  }

  /// Ends the transfer at once; what has come is thrown away.
  package func close() {
    guard finish(Self.closed, discarding: true) else { return }
    end(self)
  }

  /// Whether its reader still wants it.
  var isWanted: Bool { state.withLock { $0.ending == nil } }

  /// A line of the head came; `.unwanted` once there is too much of it.
  func take(field line: [UInt8]) -> Taking {
    wake { state in
      guard state.ending == nil else { return .unwanted }
      // What comes behind the body is no part of the head (RFC 9110 §6.5).
      guard !state.isHeadWhole else { return .taken }
      state.headBytes += line.count
      guard state.headBytes <= Self.headBytesMax else {
        state.ending = .some(Self.longHead)
        return .unwanted
      }
      if let text = String(validating: line, as: UTF8.self) { state.take(text) }
      return .taken
    }
  }

  /// A piece of the body came.
  func take(body piece: [UInt8]) -> Taking {
    wake { state in
      guard state.ending == nil else { return .unwanted }
      guard state.bytes.count < Self.waitingMax else {
        state.isPaused = true
        return .tooEarly
      }
      state.bytes += piece
      return .taken
    }
  }

  /// The transfer ended; of several endings the first holds, and only then is it true.
  @discardableResult
  func finish(_ failure: CurlExchangeFailure?, discarding: Bool = false) -> Bool {
    wake { state in
      guard state.ending == nil else { return false }
      state.ending = .some(failure)
      if discarding { state.bytes = [] }
      return true
    }
  }

  /// Whether the transfer may connect to an address of 4 or 16 bytes; that it may not is kept.
  func permits(_ address: [UInt8]) -> Bool {
    guard let network, !network.permits(address) else { return true }
    state.withLock { $0.isForbidden = true }
    return false
  }

  /// Whether an address was refused that the transfer would have connected to.
  var isForbidden: Bool { state.withLock(\.isForbidden) }

  /// Whether the head has come.
  var isHeadWhole: Bool { state.withLock(\.isHeadWhole) }

  private func wake<Output>(_ change: (inout State) -> Output) -> Output {
    // SAFETY: as below.
    let (output, reader) = unsafe state.withLock { state in
      let output = change(&state)
      let reader = unsafe state.reader
      // SAFETY: whoever takes the reader out resumes it.
      unsafe state.reader = nil
      return unsafe (output, reader)
    }
    // SAFETY: it was taken out of the state, so nobody resumes it again.
    unsafe reader?.resume()
    return output
  }

  /// Waits for a change, unless `mustWait` says that there is nothing to wait for.
  private func wait(while mustWait: (borrowing State) -> Bool) async {
    await withTaskCancellationHandler {
      // SAFETY: it is resumed at once, or by the one change that takes it out of the state.
      unsafe await withUnsafeContinuation { reader in
        let waits = state.withLock { state in
          guard mustWait(state) else { return false }
          precondition(unsafe state.reader == nil, "an answer has two readers")
          // SAFETY: as above.
          unsafe state.reader = reader
          return true
        }
        // SAFETY: as above.
        if !waits { unsafe reader.resume() }
      }
    } onCancel: {
      close()
    }
  }

  private static let closed = CurlExchangeFailure(kind: .closed, description: "it was closed")
  private static let noHead = CurlExchangeFailure(
    kind: .brokenOff, description: "the answer has no head")
  private static let longHead = CurlExchangeFailure(
    kind: .brokenOff, description: "the answer's head has more than \(headBytesMax) bytes")
}

extension CurlExchange.State {
  /// Takes a line of the head, with the end of the line.
  fileprivate mutating func take(_ line: String) {
    if line.hasPrefix("HTTP/") {
      let words = line.split(separator: " ", maxSplits: 2)
      status = words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0
      fields = [:]
    } else if line == "\r\n" || line == "\n" {
      // Behind a 1xx comes another head (RFC 9110 §15.2).
      isHeadWhole = status >= 200
    } else if let colon = line.firstIndex(of: ":"), colon > line.startIndex,
      !line[..<colon].contains(where: \.isWhitespace)
    {
      let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
      let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
      fields[line[..<colon].lowercased(), default: []].append(String(value[..<end]))
    }
  }
}
