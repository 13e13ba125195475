import Synchronization
import Testing

@testable import Models

@Suite struct RemoteModelTests {
  /// Remembers what a model told its surroundings.
  final class Waits: Sendable {
    private let state = Mutex<(pauses: [Int], notices: [RetryNotice])>(([], []))

    var pauses: [Int] { state.withLock { $0.pauses.filter { $0 > 0 } } }
    /// How often what was said had to reach its readers.
    var settlings: Int { state.withLock { $0.pauses.count { $0 == 0 } } }
    var notices: [RetryNotice] { state.withLock(\.notices) }

    func model(
      _ transport: FakeTransport, _ dialect: ProviderDialect = .openai, pausesMax: Int = .max
    ) -> RemoteModel {
      RemoteModel(
        dialect, transport,
        pause: { milliseconds throws(ModelError) in
          let count = self.state.withLock { state in
            state.pauses.append(milliseconds)
            return state.pauses.count
          }
          if count > pausesMax { throw .cancelled }
        },
        onRetry: { notice throws(ModelError) in
          self.state.withLock { $0.notices.append(notice) }
        })
    }
  }

  static let hello =
    "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n"
  static let refused = ModelError.provider(.unavailable, "connection refused")

  struct Story: Sendable {
    var dialect = ProviderDialect.openai
    let answers: [FakeTransport.Answer]
    var pauses: [Int] = []
    /// The code of the error; nil for an answer.
    var code: String?
    var tokens: [String] = []
  }

  // swift-format-ignore
  static let stories: [Named<Story>] = [
    Named("an answer", Story(answers: [.stream(hello)], tokens: ["Hi"])),
    Named("429 with a wait, then an answer", Story(answers: [.status(429, retryAfter: .seconds(7)), .stream(hello)], pauses: [7_000], tokens: ["Hi"])),
    Named("a wait that is too long is cut", Story(answers: [.status(429, retryAfter: .seconds(3_600)), .stream(hello)], pauses: [60_000], tokens: ["Hi"])),
    Named("a wait of nothing is no hurry", Story(answers: [.status(503, retryAfter: .zero), .stream(hello)], pauses: [500], tokens: ["Hi"])),
    Named("529 three times, then an answer", Story(answers: [.status(529), .status(529), .status(529), .stream(hello)], pauses: [500, 1_000, 2_000], tokens: ["Hi"])),
    Named("429 for ever", Story(answers: Array(repeating: .status(429), count: 4), pauses: [500, 1_000, 2_000], code: "LLM_RATE_LIMITED")),
    Named("500, 502, 503, 504", Story(answers: [500, 502, 503, 504].map { .status($0) }, pauses: [500, 1_000, 2_000], code: "LLM_UNAVAILABLE")),
    Named("501 is not asked again", Story(answers: [.status(501)], code: "LLM_UNAVAILABLE")),
    Named("no connection, then an answer", Story(answers: [.unreachable(refused), .stream(hello)], pauses: [500], tokens: ["Hi"])),
    Named("no connection for ever", Story(answers: Array(repeating: .unreachable(refused), count: 4), pauses: [500, 1_000, 2_000], code: "LLM_UNAVAILABLE")),
    Named("too slow to connect", Story(answers: [.unreachable(.provider(.timedOut, "slow")), .stream(hello)], pauses: [500], tokens: ["Hi"])),
    Named("cancelled while connecting", Story(answers: [.unreachable(.cancelled)], code: "RUN_CANCELLED")),
    Named("overloaded before the first token", Story(dialect: .anthropic, answers: Array(repeating: .stream("data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"), count: 4), pauses: [500, 1_000, 2_000], code: "LLM_UNAVAILABLE")),
    Named("overloaded after the first token", Story(answers: [.stream("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"error\":{\"type\":\"server_error\"}}\n\n")], code: "LLM_UNAVAILABLE", tokens: ["Hi"])),
    Named("an empty stream is not asked again", Story(answers: [.stream("")], code: "LLM_STREAM_BROKEN")),
    Named("a body that is too slow is not asked again", Story(answers: [.answers(status: 200, retryAfter: nil, pieces: [], ending: .fails(.provider(.timedOut, "idle")))], code: "LLM_TIMEOUT")),
    Named("a body that breaks after a token", Story(answers: [.answers(status: 200, retryAfter: nil, pieces: [Array("data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n".utf8)], ending: .fails(.provider(.streamBroken, "reset")))], code: "LLM_STREAM_BROKEN", tokens: ["Hi"])),
    Named("400", Story(answers: [.status(400, "{\"error\":{\"message\":\"no\"}}")], code: "LLM_REQUEST_REJECTED")),
    Named("a redirect", Story(answers: [.status(302)], code: "LLM_REQUEST_REJECTED")),
    Named("401", Story(answers: [.status(401)], code: "LLM_UNAUTHORIZED")),
    Named("403", Story(answers: [.status(403)], code: "LLM_UNAUTHORIZED")),
    Named("404", Story(answers: [.status(404)], code: "LLM_MODEL_NOT_FOUND")),
    Named("a context too long for openai", Story(answers: [.status(400, "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}")], code: "LLM_CONTEXT_TOO_LONG")),
    Named("a context too long for llama.cpp", Story(answers: [.status(400, "{\"error\":{\"code\":400,\"message\":\"no\",\"type\":\"exceed_context_size_error\"}}")], code: "LLM_CONTEXT_TOO_LONG")),
    Named("a key that gemini does not know", Story(dialect: .gemini, answers: [.status(400, "[{\"error\":{\"code\":400,\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}]")], code: "LLM_UNAUTHORIZED")),
  ]

  @Test("a provider is asked again only when that can help", arguments: stories)
  func retries(_ story: Named<Story>) async {
    let transport = FakeTransport(story.row.answers)
    let waits = Waits()
    let turn = await Turn(of: waits.model(transport, story.row.dialect))
    #expect(turn.code == story.row.code)
    #expect(turn.tokens == story.row.tokens)
    #expect(waits.pauses == story.row.pauses)
    #expect(waits.notices.map(\.attempt) == Array(1..<story.row.pauses.count + 1))
    #expect(waits.notices.map { Int($0.delay / .milliseconds(1)) } == story.row.pauses)
    #expect(transport.requests.count == story.row.pauses.count + 1)
    #expect(transport.isAllClosed)
  }

  @Test("what was said reaches its readers before more is waited for, and not twice")
  func settles() async {
    func piece(_ text: String) -> [UInt8] {
      Array("data: {\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}\n\n".utf8)
    }
    let pieces = [piece("a") + piece("b"), piece("c"), Array(": ping\n\n".utf8), piece("d")]
    let transport = FakeTransport([
      .answers(status: 200, retryAfter: nil, pieces: pieces, ending: .end)
    ])
    let waits = Waits()
    let turn = await Turn(of: waits.model(transport))
    #expect(turn.tokens == ["a", "b", "c", "d"])
    #expect(waits.settlings == 3)
  }

  @Test("an observer is told why")
  func tellsReasons() async {
    let body =
      "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}"
    let transport = FakeTransport([.status(429, body), .unreachable(Self.refused), .status(404)])
    let waits = Waits()
    _ = await Turn(of: waits.model(transport, .anthropic))
    #expect(waits.notices.map(\.reason) == [.provider(.rateLimited, "slow down"), Self.refused])
  }

  @Test("a wait that is called off is the last")
  func endsInWait() async {
    let transport = FakeTransport([.status(429), .status(429), .stream(Self.hello)])
    let turn = await Turn(of: Waits().model(transport, pausesMax: 1))
    #expect(turn.error == .cancelled)
    #expect(transport.requests.count == 2)
  }

  // swift-format-ignore
  static let messages: [Named<(dialect: ProviderDialect, body: String, message: String)>] = [
    Named("openai", (.openai, #"{"error":{"message":"Invalid 'x'.","type":"invalid_request_error","param":"x","code":null}}"#, "Invalid 'x'.")),
    Named("anthropic", (.anthropic, #"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too big"},"request_id":"r"}"#, "max_tokens: too big")),
    Named("gemini", (.gemini, #"{"error":{"code":400,"message":"Invalid value.","status":"INVALID_ARGUMENT"}}"#, "Invalid value.")),
    Named("a text", (.openai, #"{"error":"model is loading"}"#, "model is loading")),
    Named("no JSON", (.openai, "<html>Bad Request</html>", "The provider answered with status 400.")),
    Named("nothing", (.openai, "", "The provider answered with status 400.")),
    Named("an empty sentence", (.openai, #"{"error":{"message":""}}"#, "The provider answered with status 400.")),
    Named("another shape", (.openai, #"{"detail":"no"}"#, "The provider answered with status 400.")),
    Named("a long one", (.openai, #"{"error":{"message":""# + String(repeating: "漢", count: 501) + #""}}"#, String(repeating: "漢", count: 500) + "…")),
    Named("the key", (.openai, #"{"error":{"message":"key sk-test-0123456789, or sk-test-0123456789?"}}"#, "key [key], or [key]?")),
    Named("the key at the clip", (.openai, #"{"error":{"message":""# + String(repeating: "a", count: 495) + #"sk-test-0123456789"}}"#, String(repeating: "a", count: 495) + "[key]")),
    Named("a part of the key", (.openai, #"{"error":{"message":"Incorrect key: sk-te*****6789. Look"}}"#, "Incorrect key: [key] Look")),
  ]

  @Test("a provider's own sentence is kept, without the key", arguments: messages)
  func keepsMessages(_ row: Named<(dialect: ProviderDialect, body: String, message: String)>) async
  {
    let transport = FakeTransport([.status(400, row.row.body)])
    let turn = await Turn(of: RemoteModel(row.row.dialect, transport))
    #expect(turn.error == .upstream(code: "LLM_REQUEST_REJECTED", message: row.row.message))
  }

  // swift-format-ignore
  static let leaks: [Named<FakeTransport.Answer>] = [
    Named("the network", .unreachable(.upstream(code: "TEST", message: "sk-test-0123456789"))),
    Named("the body", .answers(status: 200, retryAfter: nil, pieces: [], ending: .fails(.upstream(code: "TEST", message: "sk-test-0123456789")))),
    Named("a stream", .stream("data: {\"error\":{\"message\":\"sk-test-0123456789\"}}\n\n")),
    Named("a tool's name", .stream("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"sk-test-0123456789\",\"arguments\":\"x\"}}]},\"finish_reason\":\"stop\"}]}\n\n")),
  ]

  @Test("the key is in no error, wherever it comes from", arguments: leaks)
  func scrubs(_ answer: Named<FakeTransport.Answer>) async throws {
    let turn = await Turn(of: RemoteModel(.openai, FakeTransport([answer.row])))
    let message = try #require(turn.error?.message)
    #expect(message.contains("[key]") && !message.contains("0123456789"))
  }

  @Test("an error's body is read only so far")
  func boundsErrorBodies() async {
    let piece = [UInt8](repeating: 0x20, count: 16_384)
    let transport = FakeTransport([
      .answers(
        status: 400, retryAfter: nil, pieces: Array(repeating: piece, count: 9), ending: .hangs)
    ])
    let turn = await Turn(of: RemoteModel(.openai, transport))
    #expect(turn.code == "LLM_REQUEST_REJECTED")
    #expect(transport.responses.map(\.piecesLeft) == [5] && transport.isAllClosed)
  }

  @Test("a status counts also when its explanation breaks off")
  func survivesBrokenErrorBody() async {
    let transport = FakeTransport([
      .answers(
        status: 404, retryAfter: nil, pieces: [[0x7B]],
        ending: .fails(.provider(.streamBroken, "reset")))
    ])
    let turn = await Turn(of: RemoteModel(.openai, transport))
    #expect(turn.code == "LLM_MODEL_NOT_FOUND")
  }

  @Test("nothing is read after the end mark")
  func stopsAtMark() async {
    let mark = Array((Self.hello + "data: [DONE]\n\n").utf8)
    let transport = FakeTransport([
      .answers(status: 200, retryAfter: nil, pieces: [mark, [0x78]], ending: .hangs)
    ])
    let turn = await Turn(of: RemoteModel(.openai, transport))
    #expect(turn.completion?.outcome == .answer("Hi"))
    #expect(transport.responses.map(\.piecesLeft) == [1] && transport.isAllClosed)
  }

  @Test("an error of the caller ends the transfer and is the turn's", arguments: [0, 1, 2])
  func endsByCaller(at stop: Int) async {
    let pieces = ["a", "b", "c"].map { text in
      Array("data: {\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}\n\n".utf8)
    }
    let transport = FakeTransport([
      .answers(status: 200, retryAfter: nil, pieces: pieces, ending: .hangs)
    ])
    let model = RemoteModel(.openai, transport)
    await #expect(throws: ModelError.timedOut) {
      try await model.complete(.question) { (_, index) throws(ModelError) in
        if index == stop { throw .timedOut }
      }
    }
    #expect(transport.requests.count == 1)
    #expect(transport.responses.map(\.piecesLeft) == [2 - stop] && transport.isAllClosed)
  }

  @Test("a cancelled task ends the transfer it waits for", arguments: [200, 500])
  func endsByCancelling(status: Int) async {
    let transport = FakeTransport([
      .answers(
        status: status, retryAfter: nil, pieces: [Array(Self.hello.utf8)], ending: .hangs)
    ])
    let waits = Waits()
    let turn = await withTaskGroup(of: Turn.self) { group in
      group.addTask { await Turn(of: waits.model(transport)) }
      while transport.responses.isEmpty { await Task.yield() }
      for await _ in transport.responses[0].hanging { break }
      #expect(!transport.isAllClosed)
      group.cancelAll()
      return await group.next()
    }
    #expect(turn?.error == .cancelled)
    #expect(transport.requests.count == 1 && transport.isAllClosed)
    #expect(waits.notices.isEmpty && waits.pauses.isEmpty)
  }

  @Test("a task that is cancelled already asks nobody")
  func asksNobodyWhenCancelled() async {
    let transport = FakeTransport([.stream(Self.hello)])
    let turn = await withTaskGroup(of: Turn.self) { group in
      group.cancelAll()
      group.addTask { await Turn(of: RemoteModel(.openai, transport)) }
      return await group.next()
    }
    #expect(turn?.error == .cancelled)
    #expect(transport.requests.isEmpty)
  }

  @Test("a run may choose another model of the provider", arguments: [nil, "small-1"])
  func choosesModel(_ model: String?) async throws {
    let transport = FakeTransport([.stream(Self.hello)])
    let providers = ModelProviders(
      [.remote(.sample(.openai), over: transport, policy: .standard { $0 })],
      standardProvider: "openai")
    let chosen = try providers.model(for: ProviderTests.request("openai", model: model))
    #expect(chosen.name == "openai/\(model ?? "large-1")")
    _ = try await chosen.complete(.question) { (_, _) throws(ModelError) in }
    #expect(transport.requests.count == 1)
  }
}
