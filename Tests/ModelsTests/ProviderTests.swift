import Testing

@testable import Models

@Suite struct ProviderTests {
  static func request(
    _ provider: String?, model: String? = nil, metadata: [ToolArgument] = []
  ) -> ModelRequest {
    ModelRequest(provider: provider, model: model, metadata: metadata) {
      (_) throws(ModelError) in
    }
  }

  static let script = [
    ToolArgument("mock", .record([ToolArgument("steps", .list([]))]))
  ]

  // swift-format-ignore
  static let models: [(String, ModelRequest)] = [
    ("builtin/extractive-1", request(nil)),
    ("builtin/extractive-1", request("builtin")),
    ("builtin/extractive-1", request(nil, model: "extractive-1")),
    ("builtin/extractive-1", request("builtin", model: "builtin/extractive-1")),
    ("mock/script", request("mock", metadata: script)),
    ("mock/script", request("mock", model: "any", metadata: script)),
  ]

  @Test("a request gets this model", arguments: models)
  func makes(_ name: String, _ request: ModelRequest) throws {
    #expect(try ModelProviders.keyless.model(for: request).name == name)
  }

  // swift-format-ignore
  static let refusals: [(ModelError, String, ModelRequest)] = [
    (.notConfigured(provider: "openai"), "LLM_NOT_CONFIGURED", request("openai", model: "gpt-4o")),
    (.notConfigured(provider: "anthropic"), "LLM_NOT_CONFIGURED", request("anthropic")),
    (.notConfigured(provider: "gemini"), "LLM_NOT_CONFIGURED", request("gemini")),
    (.unknownProvider("nope"), "LLM_NOT_CONFIGURED", request("nope")),
    (.unknownProvider(""), "LLM_NOT_CONFIGURED", request("")),
    (.unknownProvider("Builtin"), "LLM_NOT_CONFIGURED", request("Builtin")),
    (.unknownModel(provider: "builtin", model: "gpt-4o"), "LLM_NOT_CONFIGURED", request("builtin", model: "gpt-4o")),
    (.scriptInvalid(MockScriptError(at: "mock", .missing)), "LLM_SCRIPT_INVALID", request("mock")),
  ]

  @Test("a request that no model serves is refused with its reason", arguments: refusals)
  func refuses(_ error: ModelError, _ code: String, _ request: ModelRequest) {
    #expect(throws: error) { try ModelProviders.keyless.model(for: request) }
    #expect(error.code == code)
  }

  @Test("a message repeats no endless name")
  func clips() {
    let name = String(repeating: "n", count: 100_000)
    #expect(ModelError.unknownProvider(name).message.utf8.count < 200)
    #expect(ToolError.unknownTool(name).failure.message.utf8.count < 300)
    #expect(MockScriptError(at: name, .missing).message.utf8.count < 300)
  }

  @Test("the table names every provider once")
  func names() {
    #expect(ModelProviders.keyless.names == ["builtin", "mock", "openai", "anthropic", "gemini"])
  }
}
