import Contract
import Models
import Store
import Synchronization
import Testing
import Wire

@testable import Runs

/// Exchanges with providers that are written down, and played.
@Suite(.timeLimit(.minutes(10))) struct RecordingTests {
  private let folder: RecordingFolder
  private let endpoint = ProviderEndpoint.recorded

  init() throws { folder = try RecordingFolder() }

  private func replaying(pausing: (any Pausing)? = nil) throws -> ReplayingTransport {
    ReplayingTransport(try folder.replay(pausing: pausing), in: .openai)
  }

  static let answers: [Named<ScriptedAnswer>] = [
    Named("a whole answer", .text("data: a\n\n", "data: 船\n\n")),
    Named("an answer without a body", .text()),
    Named(
      "signs in two pieces",
      ScriptedAnswer(status: 200, pieces: [[0x22, 0xE8], [0x88, 0xB9, 0x22], [0xFF]])),
    Named(
      "a refusal for now",
      ScriptedAnswer(
        status: 429, headers: ["retry-after": "7"], pieces: [Array("{\"error\":1}".utf8)])),
    Named(
      "a refusal until a date",
      ScriptedAnswer(
        status: 503, headers: ["retry-after": "Thu, 12 Feb 2026 06:39:03 GMT"], pieces: [])),
    Named(
      "an answer that breaks off",
      ScriptedAnswer(
        status: 200, pieces: [Array("data: a".utf8)],
        error: .provider(.streamBroken, "it broke off"))),
    Named(
      "silence after the head",
      ScriptedAnswer(status: 200, error: .provider(.timedOut, "nothing came"))),
    Named(
      "nobody there", ScriptedAnswer(error: .provider(.unavailable, "no connection (curl 7)"))),
  ]

  @Test("what was recorded is played as it was", arguments: answers)
  func roundTrip(_ named: Named<ScriptedAnswer>) async throws {
    let time = TestTime()
    let request = endpoint.request("when?")
    let expected = await ReadExchange(request, over: ScriptedTransport([named.row], time))
    try await folder.record([named.row], [request])
    #expect(try folder.names == ["exchange-00000001.json"])
    let played = await ReadExchange(request, over: try replaying())
    #expect(played == expected)
    #expect((expected.retryAfter != nil) == (named.row.headers["retry-after"] != nil))
  }

  @Test("a file says what was asked, what came and when, and how it ended")
  func file() async throws {
    try await folder.record([.text("data: a\n\n", "data: b\n\n")], [endpoint.request("when?")])
    let exchange = try RecordedExchange(
      file: Array(folder.text(of: "exchange-00000001.json").utf8))
    #expect(exchange.request.dialect == "openai" && exchange.request.method == "POST")
    #expect(exchange.request.address == "https://api.openai.com/v1/chat/completions")
    #expect(exchange.request.body["messages"]?.elements?[0]["content"] == "when?")
    #expect(
      exchange.request.headers.map { "\($0.name): \($0.value)" } == [
        "content-type: application/json", "accept: text/event-stream", "authorization: [key]",
      ])
    let answer = try #require(exchange.answer)
    #expect(answer.status == 200 && answer.afterMs == 1000)
    #expect(answer.headers.map(\.name) == ["content-type"])
    #expect(answer.pieces.map(\.atMs) == [2000, 3000])
    #expect(answer.pieces.map(\.text) == ["data: a\n\n", "data: b\n\n"])
    #expect(exchange.ending.kind == .whole && exchange.ending.atMs == 4000)
    #expect(exchange.provider == "there")
    #expect(try folder.mode() == 0o700)
    #expect(try folder.mode(of: "/exchange-00000001.json") == 0o600)
  }

  @Test("an answer that its reader closed ends there when it is played")
  func closed() async throws {
    let recorder = try folder.recorder()
    let request = endpoint.request("when?")
    let transport = RecordingTransport(
      ScriptedTransport([.text("a", "b"), ScriptedAnswer(error: .cancelled)], folder.time),
      to: endpoint, by: recorder)
    _ = await ReadExchange(request, over: transport, piecesMax: 1)
    // Of this one there is nothing to play.
    _ = await ReadExchange(request, over: transport)
    await recorder.finish()
    #expect(try folder.names.count == 2)
    let replay = try replaying()
    for _ in 0..<2 {
      let played = await ReadExchange(request, over: replay)
      #expect(played.pieces == [Array("a".utf8)])
      #expect(played.error?.fault == .notRecorded)
    }
  }

  @Test("equal requests get their answers in order, and then the last one again")
  func order() async throws {
    let (first, second) = (endpoint.request("1"), endpoint.request("2"))
    try await folder.record(
      [.text("a"), .text("x"), .text("b"), .text("c")], [first, second, first, first])
    let replay = try replaying()
    var texts: [String] = []
    for request in [first, first, second, first, first, second] {
      let played = await ReadExchange(request, over: replay)
      texts.append(String(decoding: played.pieces.joined(), as: UTF8.self))
    }
    #expect(texts == ["a", "b", "x", "c", "c", "x"])
  }

  @Test("equal requests at once get an answer each")
  func atOnce() async throws {
    let request = endpoint.request("1")
    let names = (0..<20).map { "\($0)" }
    try await folder.record(
      names.map { .text($0) }, names.map { _ in request })
    let replay = try replaying()
    let texts = await withTaskGroup(of: String.self) { group in
      for _ in names {
        group.addTask {
          let played = await ReadExchange(request, over: replay)
          return String(decoding: played.pieces.joined(), as: UTF8.self)
        }
      }
      return await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts == Set(names))
  }

  @Test("another machine and another key make no other request; all else does")
  func identity() async throws {
    try await folder.record([.text("a")], [endpoint.request("1")])
    let address = try #require(ProviderAddress("http://127.0.0.1:1/v1"))
    let elsewhere = ProviderEndpoint(
      provider: "elsewhere", dialect: .openai, address: address, key: nil, model: "m",
      route: ProviderRoute(
        authority: "x", proxy: .none, connectTimeout: .seconds(9), silenceTimeout: .seconds(9)))
    let played = await ReadExchange(elsewhere.request("1"), over: try replaying())
    #expect(played.status == 200)
    let others = [
      (elsewhere.request("2"), "exchange-00000001.json, which has another messages[0].content"),
      (elsewhere.serving("n").request("1"), "exchange-00000001.json, which has another model"),
    ]
    for (request, hint) in others {
      let error = await ReadExchange(request, over: try replaying()).error
      #expect(error?.code == "LLM_NOT_RECORDED")
      #expect(error?.message.hasSuffix("the nearest is \(hint).") == true)
    }
    let gemini = ReplayingTransport(try folder.replay(), in: .gemini)
    let error = await ReadExchange(elsewhere.request("1"), over: gemini).error
    #expect(
      error?.message.hasSuffix("nothing is recorded for gemini POST /v1/chat/completions.") == true)
  }

  @Test("a recorder goes on after the files that lie there")
  func goesOn() async throws {
    for number in 1...2 {
      try await folder.record([.text("a")], [endpoint.request("\(number)")])
    }
    #expect(try folder.names == ["exchange-00000001.json", "exchange-00000002.json"])
    let recorder = try folder.recorder()
    #expect(throws: StoreError.self) { _ = try folder.recorder() }
    await recorder.finish()
  }

  @Test("a folder that is gone fails no exchange, and is complained of once")
  func diskFails() async throws {
    let recorder = try folder.recorder()
    try folder.vanish()
    let transport = RecordingTransport(
      ScriptedTransport([.text("a"), .text("b")], folder.time), to: endpoint, by: recorder)
    for _ in 0..<2 {
      let read = await ReadExchange(endpoint.request("1"), over: transport)
      #expect(read.error == nil && read.pieces.count == 1)
    }
    await recorder.finish()
    let complaints = folder.complaints.withLock { $0 }
    #expect(complaints.count == 1 && complaints[0].hasPrefix("exchange-00000001.json: "))
  }

  @Test("pauses are waited for as they were, where they are wanted")
  func pauses() async throws {
    try await folder.record([.text("a")], [endpoint.request("1")])
    let time = TestTime()
    let replay = try replaying(pausing: time)
    async let played = ReadExchange(endpoint.request("1"), over: replay)
    for _ in 0..<3 {
      await time.someonePauses(for: .seconds(1))
      time.advance(by: .seconds(1))
    }
    #expect(await played.pieces == [Array("a".utf8)])
  }
}
