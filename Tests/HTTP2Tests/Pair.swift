import Contract
import Testing

@testable import HTTP2

/// A client and a server of ours, joined in memory.
final class Pair {
  /// A message as it came, with everything that happened to its stream.
  struct Message: Hashable {
    var fields: [String: String] = [:]
    var body: [UInt8] = []
    var trailers: [String: String] = [:]
    var isComplete = false
    var closed: HTTP2Code?
  }

  let client: HTTP2ClientSession
  let server: HTTP2Session
  private(set) var requests: [StreamKey: Message] = [:]
  private(set) var responses: [StreamKey: Message] = [:]
  private(set) var serverEvents: [HTTP2Event] = []
  private(set) var clientEvents: [HTTP2Event] = []
  /// The size of the pieces in which bytes change sides.
  private let piece: Int
  private let react: (HTTP2Session, HTTP2Event, Message) -> Void

  init(
    server: HTTP2Limits = HTTP2Limits(), client: HTTP2Limits = .client, piece: Int = 16_384,
    react: @escaping (HTTP2Session, HTTP2Event, Message) -> Void
  ) throws {
    self.client = try HTTP2ClientSession(limits: client)
    self.server = try HTTP2Session(limits: server)
    self.piece = piece
    self.react = react
  }

  /// Carries bytes both ways until nothing moves; `rounds` bounds what may be needed.
  func settle(rounds: Int = 1_000_000) throws {
    for _ in 0..<rounds {
      let moved = try carry(from: client, to: server) + carry(from: server, to: client)
      readServer()
      readClient()
      if moved == 0, !client.wantsWrite, !server.wantsWrite { return }
    }
    Issue.record("the two sides never came to rest")
  }

  func request(
    _ method: String = "GET", _ path: String = "/", body: [UInt8] = [],
    extra: [(StaticString, String)] = []
  ) throws -> StreamKey {
    try #require(client.request(Self.fields(method, path, extra), body: body))
  }

  static func fields(
    _ method: String, _ path: String, _ extra: [(StaticString, String)] = []
  ) -> FieldSection {
    var fields = FieldSection()
    fields.append(name: ":method", text: method)
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", value: "localhost")
    fields.append(name: ":path", text: path)
    for (name, value) in extra { fields.append(name: name, text: value) }
    return fields
  }

  func response(_ key: StreamKey) -> Message { responses[key] ?? Message() }

  /// The only request the server has seen.
  var request: (key: StreamKey, message: Message)? {
    requests.count == 1 ? requests.first.map { ($0.key, $0.value) } : nil
  }

  private func carry(from: HTTP2Endpoint, to: HTTP2Endpoint) throws -> Int {
    var bytes: [UInt8] = []
    from.pending(into: &bytes, atMost: piece)
    #expect(bytes.count <= piece)
    try to.receive(bytes.span, at: 0)
    return bytes.count
  }

  private func readServer() {
    while let event = server.nextEvent() {
      serverEvents.append(event)
      guard let key = event.stream else { continue }
      note(event, key, server, &requests)
      react(server, event, requests[key] ?? Message())
    }
  }

  private func readClient() {
    while let event = client.nextEvent() {
      clientEvents.append(event)
      guard let key = event.stream else { continue }
      note(event, key, client, &responses)
      if case .end = event {
        responses[key]?.trailers = Self.dictionary(client.takeTrailers(key))
      }
    }
  }

  private func note(
    _ event: HTTP2Event, _ key: StreamKey, _ endpoint: HTTP2Endpoint,
    _ messages: inout [StreamKey: Message]
  ) {
    switch event {
    case .headers, .headersTooLarge, .bodyTooLarge:
      messages[key, default: Message()].fields = Self.head(endpoint, key)
    case .body:
      // A body that is gathered whole is taken at its end.
      if !isGathered(key, endpoint) {
        messages[key, default: Message()].body += endpoint.takeBody(key)
      }
    case .end:
      messages[key, default: Message()].fields = Self.head(endpoint, key)
      messages[key]?.body += endpoint.takeBody(key)
      messages[key]?.isComplete = true
    case .closed(_, let code): messages[key, default: Message()].closed = code
    case .goAway, .settingsAcknowledged, .pong: break
    }
  }

  private func isGathered(_ key: StreamKey, _ endpoint: HTTP2Endpoint) -> Bool {
    guard let index = endpoint.state.streams.index(of: key) else { return false }
    return !endpoint.state.streams[index].progress.contains(.stepwise)
  }

  private static func head(_ endpoint: HTTP2Endpoint, _ key: StreamKey) -> [String: String] {
    endpoint.withHead(key) { dictionary($0) } ?? [:]
  }

  static func dictionary(_ section: FieldSection) -> [String: String] {
    Dictionary(
      section.entries.map { (section.string($0.name), section.string($0.value)) },
      uniquingKeysWith: { "\($0), \($1)" })
  }
}

extension HTTP2Event {
  /// The stream it is about; `nil` for the connection.
  var stream: StreamKey? {
    switch self {
    case .headers(let key), .body(let key), .end(let key), .headersTooLarge(let key),
      .bodyTooLarge(let key), .closed(let key, _):
      key
    case .goAway, .settingsAcknowledged, .pong: nil
    }
  }
}

/// A producer that gives `total` bytes in steps, and waits before each as long as it is told to.
final class Steps: BodyProducer {
  private var left: [Production]
  private(set) var calls = 0
  private var next: UInt8 = 0

  init(_ productions: [Production]) { left = productions }

  func produce(into buffer: UnsafeMutableRawBufferPointer) -> Production {
    calls += 1
    guard !left.isEmpty else { return .end(bytes: 0) }
    let production = left.removeFirst()
    switch production {
    case .bytes(let count):
      let fits = min(count, buffer.count)
      // SAFETY: as many bytes as the buffer has at most.
      unsafe fill(buffer, fits)
      if fits < count { left.insert(.bytes(count - fits), at: 0) }
      return .bytes(fits)
    // SAFETY: the tests' pauses come behind pieces smaller than any buffer.
    case .pause(let count): unsafe fill(buffer, count)
    // SAFETY: the tests' last pieces are smaller than any buffer.
    case .end(let count): unsafe fill(buffer, count)
    case .trailers(_, let count): unsafe fill(buffer, count)
    case .wait, .abort: break
    }
    return production
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ count: Int) {
    for index in 0..<count {
      // SAFETY: the caller's counts are at most the buffer's.
      unsafe buffer[index] = next
      next &+= 1
    }
  }

  /// What `count` bytes of it look like.
  static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0) }
  }
}
