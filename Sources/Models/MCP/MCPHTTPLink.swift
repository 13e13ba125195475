package import Contract
internal import Synchronization
internal import Wire

/// Streamable HTTP: each message is a request of its own, which is answered by one message or by a
/// stream of them.
package final class MCPHTTPLink: MCPLink {
  /// Where a server is, and how it knows this one.
  package struct Place: Sendable {
    package let url: String
    package let token: ProviderKey?

    package init(url: String, token: ProviderKey?) {
      self.url = url
      self.token = token
    }
  }

  private struct State {
    /// The server's name of the session, if it gave one.
    var session: String?
    var revision: String?
  }

  private let place: Place
  private let transport: any ProviderTransport
  private let pausing: any Pausing
  private let state = Mutex(State())

  /// How long connecting may take; how long nothing may come in answer to a message, and on the
  /// stream that stands open, which is opened again after that.
  private static let connectMax: Duration = .seconds(10)
  private static let answerMax: Duration = .seconds(120)
  private static let standingMax: Duration = .seconds(3600)
  /// How long is waited before a stream that ended is opened again, at first and at most.
  private static let againFirst: Duration = .seconds(1)
  private static let againMax: Duration = .seconds(60)
  /// Bytes of an error's body, and letters of a session's name.
  private static let errorBytesMax = 65_536
  private static let sessionMax = 1_024

  package init(_ place: Place, over transport: any ProviderTransport, pausing: any Pausing) {
    self.place = place
    self.transport = transport
    self.pausing = pausing
  }

  package nonisolated(nonsending) func send(
    _ message: MCPOutgoing, hear: MCPHearing
  ) async throws(MCPFailure) {
    let response = try await open(.post, message.bytes, revision: message.revision)
    defer { response.close() }
    guard (200...299).contains(response.status) else { throw await refusal(response) }
    if message.revision == nil { keep(response.value(of: "mcp-session-id")) }
    guard message.id != nil else { return }
    guard try await !hearAll(of: response, hear) else { return }
    throw .malformed("an answer that does not hold the message's")
  }

  package nonisolated(nonsending) func listen(
    revision: String?, hear: MCPHearing
  ) async throws(MCPFailure) {
    var delay = Self.againFirst
    while true {
      do throws(MCPFailure) {
        let response = try await open(.get, [], revision: revision)
        defer { response.close() }
        // Whoever has no such stream says so by 405; another answer is no better.
        guard response.status == 200, Self.type(of: response) == .events else {
          if response.status == 404 { throw MCPFailure.sessionGone }
          break
        }
        delay = Self.againFirst
        _ = try await hearAll(of: response, hear)
      } catch {
        // A stream that broke is opened again; what else is wrong is not this stream's.
        guard case .unavailable = error else { throw error }
      }
      guard await pausing.rest(for: delay) else { throw .cancelled }
      delay = min(delay * 2, Self.againMax)
    }
    while await pausing.rest(for: Self.standingMax) {}
    throw .cancelled
  }

  package nonisolated(nonsending) func close() async {
    let (session, revision) = state.withLock { ($0.session, $0.revision) }
    guard session != nil else { return }
    do throws(MCPFailure) {
      try await open(.delete, [], revision: revision).close()
    } catch {
      // The server forgets the session when it likes.
      return
    }
  }
}

extension MCPHTTPLink {
  /// What an answer's body is.
  private enum BodyType {
    case message
    case events
    case neither
  }

  private static func type(of response: any ProviderResponse) -> BodyType {
    let type = response.value(of: "content-type")?.prefix { $0 != ";" } ?? ""
    switch type.filter({ !$0.isWhitespace }).lowercased() {
    case "application/json": return .message
    case "text/event-stream": return .events
    default: return .neither
    }
  }

  private func keep(_ session: String?) {
    guard let session, (1...Self.sessionMax).contains(session.utf8.count),
      session.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return }
    state.withLock { $0.session = session }
  }

  private nonisolated(nonsending) func open(
    _ verb: Verb, _ body: [UInt8], revision: String?
  ) async throws(MCPFailure) -> any ProviderResponse {
    let session = state.withLock { state in
      if let revision { state.revision = revision }
      return state.session
    }
    var headers: [ProviderHeader] = []
    if verb == .post { headers.append(ProviderHeader("content-type", "application/json")) }
    headers.append(
      ProviderHeader(
        "accept", verb == .get ? "text/event-stream" : "application/json, text/event-stream"))
    if let session { headers.append(ProviderHeader("mcp-session-id", session, isSecret: true)) }
    if let revision { headers.append(ProviderHeader("mcp-protocol-version", revision)) }
    if let token = place.token {
      headers.append(ProviderHeader("authorization", "Bearer \(token.secret)", isSecret: true))
    }
    let silence = verb == .get ? Self.standingMax : Self.answerMax
    let request = ProviderRequest(
      verb, url: place.url, headers: headers, body: body, connectTimeout: Self.connectMax,
      idleTimeout: silence, timeout: silence)
    do throws(ModelError) {
      return try await transport.open(request)
    } catch {
      throw failure(error)
    }
  }

  /// Hears all messages of a body; whether the answer was among them, behind which nothing is read.
  private nonisolated(nonsending) func hearAll(
    of response: any ProviderResponse, _ hear: MCPHearing
  ) async throws(MCPFailure) -> Bool {
    switch Self.type(of: response) {
    case .neither: throw .malformed("a body that is neither JSON nor a stream of events")
    case .message: return try await hear(try await body(of: response))
    case .events:
      var events = ServerEvents(bytesMax: MCPLimits.messageBytesMax)
      while let piece = try await piece(of: response) {
        events.append(piece)
        while let event = try Self.next(&events) {
          // An event without data only gives the stream a name to go on from.
          if event.name == "message", !event.data.isEmpty, try await hear(event.data) {
            return true
          }
        }
      }
      return false
    }
  }

  private static func next(_ events: inout ServerEvents) throws(MCPFailure) -> ServerEvents.Event? {
    do throws(ServerEvents.TooLong) {
      return try events.next()
    } catch {
      throw .tooLong(bytesMax: MCPLimits.messageBytesMax)
    }
  }

  private nonisolated(nonsending) func body(
    of response: any ProviderResponse
  ) async throws(MCPFailure) -> [UInt8] {
    var body: [UInt8] = []
    while let piece = try await piece(of: response) {
      body += piece
      guard body.count <= MCPLimits.messageBytesMax else {
        throw .tooLong(bytesMax: MCPLimits.messageBytesMax)
      }
    }
    return body
  }

  private nonisolated(nonsending) func piece(
    of response: any ProviderResponse
  ) async throws(MCPFailure) -> [UInt8]? {
    do throws(ModelError) {
      return try await response.piece()
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: ModelError) -> MCPFailure {
    guard error != .cancelled else { return .cancelled }
    return .unavailable(place.token?.scrubbed(from: error.message) ?? error.message)
  }

  /// What an answer without success says.
  private nonisolated(nonsending) func refusal(
    _ response: any ProviderResponse
  ) async -> MCPFailure {
    let status = response.status
    switch status {
    case 404 where state.withLock({ $0.session != nil }): return .sessionGone
    case 401, 403: return .unavailable("it does not take the token (status \(status))")
    default: break
    }
    var body: [UInt8] = []
    do throws(MCPFailure) {
      while body.count < Self.errorBytesMax, let piece = try await piece(of: response) {
        body += piece
      }
    } catch {
      if error == .cancelled { return error }
      // The status says enough.
    }
    let sentence = Self.complaint(body) ?? "no reason given"
    return .refused(
      code: Int64(status),
      message: Excerpt.clipped(
        place.token?.scrubbed(from: sentence) ?? sentence, scalarsMax: MCPLimits.sentenceMax))
  }

  /// The sentence of an error of JSON-RPC, if that is what a body is.
  private static func complaint(_ body: [UInt8]) -> String? {
    do throws(DecodeError) {
      return try WireValue(json: body)["error"]?["message"]?.text
    } catch {
      return nil
    }
  }
}
