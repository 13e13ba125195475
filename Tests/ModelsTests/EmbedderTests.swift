import Testing
import Wire

@testable import Models

/// Vectors as providers give them, and what they may give instead.
@Suite(.timeLimit(.minutes(10))) struct EmbedderTests {
  private static func embedder(
    _ transport: FakeTransport, _ dialect: ProviderDialect = .openai
  ) throws -> Embedder {
    try #require(Embedder(.sample(dialect, model: "small 1"), over: transport))
  }

  private static func ask(
    _ answer: FakeTransport.Answer, _ dialect: ProviderDialect = .openai,
    _ texts: [String] = ["a", "b"], for purpose: EmbeddingPurpose = .memory
  ) async throws -> (vectors: [EmbeddingVector], transport: FakeTransport) {
    let transport = FakeTransport([answer])
    let embedder = try embedder(transport, dialect)
    return (try await embedder.vectors(of: texts, for: purpose, within: .seconds(3)), transport)
  }

  // swift-format-ignore
  static let asked: [(ProviderDialect, EmbeddingPurpose, url: String, body: String, answer: String)] = [
    (.openai, .memory, "https://api.openai.com/v1/embeddings",
     #"{"model":"small 1","input":["a","b"],"encoding_format":"float"}"#,
     #"{"object":"list","data":[{"object":"embedding","index":1,"embedding":[0,2]},{"object":"embedding","index":0,"embedding":[3.0,0]}],"model":"small 1","usage":{"prompt_tokens":2,"total_tokens":2}}"#),
    (.gemini, .question, "https://generativelanguage.googleapis.com/v1beta/models/small%201:batchEmbedContents",
     #"{"requests":[{"model":"models/small 1","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY"},{"model":"models/small 1","content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_QUERY"}]}"#,
     #"{"embeddings":[{"values":[1,0]},{"values":[0,1e-3]}]}"#),
    (.gemini, .memory, "https://generativelanguage.googleapis.com/v1beta/models/small%201:batchEmbedContents",
     #"{"requests":[{"model":"models/small 1","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_DOCUMENT"},{"model":"models/small 1","content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_DOCUMENT"}]}"#,
     #"{"embeddings":[{"values":[1,0]},{"values":[0,1]}]}"#),
  ]

  @Test(
    "a dialect is asked as its provider documents it, and the vectors are in order",
    arguments: asked)
  func shapes(
    _ row: (ProviderDialect, EmbeddingPurpose, url: String, body: String, answer: String)
  ) async throws {
    let (vectors, transport) = try await Self.ask(.stream(row.answer), row.0, for: row.1)
    #expect(vectors.map(\.values) == [[1, 0], [0, 1]])
    let request = try #require(transport.requests.first)
    #expect(request.url == row.url)
    #expect(try WireValue(json: request.body) == WireValue(json: Array(row.body.utf8)))
    #expect(request.timeout == .seconds(3) && request.route.connectTimeout == .seconds(3))
    #expect(
      request.headers.contains { $0.isSecret && $0.value.hasSuffix(ProviderEndpoint.sampleKey) })
    #expect(transport.isAllClosed)
  }

  @Test("Anthropic gives none")
  func none() {
    #expect(Embedder(.sample(.anthropic), over: FakeTransport([])) == nil)
    #expect(ProviderDialect.allCases.filter(\.hasEmbeddings) == [.openai, .gemini])
  }

  @Test("what vectors are known by names provider and model")
  func name() throws {
    #expect(try Self.embedder(FakeTransport([])).model == "openai/small 1")
  }

  @Test("a long text is cut")
  func long() async throws {
    let answer = #"{"data":[{"embedding":[1]}]}"#
    let text = String(repeating: "é", count: Embedder.textMax * 3)
    let (_, transport) = try await Self.ask(.stream(answer), .openai, [text])
    let body = try WireValue(json: #require(transport.requests.first).body)
    #expect(body["input"]?.elements?.first?.text?.unicodeScalars.count ?? 0 <= Embedder.textMax + 1)
  }

  private static func data(_ vectors: String...) -> String {
    let items = vectors.enumerated().map { #"{"index":\#($0),"embedding":\#($1)}"# }
    return #"{"data":[\#(items.joined(separator: ","))]}"#
  }

  private static let tooMany =
    "[" + [String](repeating: "1", count: EmbeddingVector.dimensionMax + 1).joined(separator: ",")
    + "]"

  // swift-format-ignore
  static let wrong: [(name: String, answer: String)] = [
    ("one too few",          data("[1,0]")),
    ("one too many",         data("[1,0]", "[1,0]", "[1,0]")),
    ("none",                 data()),
    ("two dimensions",       data("[1,0]", "[1,0,0]")),
    ("no direction",         data("[1,0]", "[0,0]")),
    ("an empty one",         data("[1,0]", "[]")),
    ("too many numbers",     data(tooMany, tooMany)),
    ("null in one",          data("[1,0]", "[1,null]")),
    ("text in one",          data("[1,0]", #"[1,"0"]"#)),
    ("a text for one",       data("[1,0]", #""AACAPwAAAAA=""#)),
    ("no number",            data("[1,0]", "[NaN,0]")),
    ("infinity",             data("[1,0]", "[1e999,0]")),
    ("one index twice",      #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#),
    ("an index outside",     #"{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}"#),
    ("an index below",       #"{"data":[{"index":0,"embedding":[1]},{"index":-1,"embedding":[1]}]}"#),
    ("no list",              #"{"data":{}}"#),
    ("another object",       #"{"embeddings":[{"values":[1]},{"values":[1]}]}"#),
    ("no JSON",              "<html>busy</html>"),
    ("nothing",              ""),
    ("a cut answer",         #"{"data":[{"index":0,"embedding":[1"#),
  ]

  @Test("an answer that is not what was asked for is a failure, and no vectors", arguments: wrong)
  func bad(_ row: (name: String, answer: String)) async throws {
    await #expect(throws: ModelError.self, "\(row.name)") {
      do throws(ModelError) {
        let transport = FakeTransport([.stream(row.answer)])
        let embedder = Embedder(.sample(.openai), over: transport)
        _ = try await embedder?.vectors(of: ["a", "b"], for: .memory, within: .seconds(3))
      } catch {
        #expect(error.fault == .streamBroken)
        throw error
      }
    }
  }

  @Test("an answer without end is left")
  func huge() async throws {
    let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
    let transport = FakeTransport([
      .answers(
        status: 200, retryAfter: nil, pieces: [[UInt8]](repeating: piece, count: 64), ending: .hangs
      )
    ])
    let embedder = try Self.embedder(transport)
    let error = await #expect(throws: ModelError.self) {
      _ = try await embedder.vectors(of: ["a"], for: .memory, within: .seconds(3))
    }
    #expect(error?.fault == .answerTooLarge && transport.isAllClosed)
    #expect(transport.responses.first?.piecesLeft ?? 0 > 40)
  }

  static let refusals: [(status: Int, fault: ProviderFault)] = [
    (400, .requestRejected), (401, .unauthorized), (404, .modelNotFound), (429, .rateLimited),
    (500, .unavailable), (302, .requestRejected),
  ]

  @Test("a refusal is what its status says, and no key is in it", arguments: refusals)
  func refused(_ row: (status: Int, fault: ProviderFault)) async throws {
    let text = #"{"error":{"message":"no: \#(ProviderEndpoint.sampleKey)"}}"#
    let embedder = try Self.embedder(FakeTransport([.status(row.status, text)]))
    let error = await #expect(throws: ModelError.self) {
      _ = try await embedder.vectors(of: ["a"], for: .memory, within: .seconds(3))
    }
    #expect(error?.fault == row.fault)
    #expect(error.map { !$0.message.contains(ProviderEndpoint.sampleKey) } == true)
  }
}
