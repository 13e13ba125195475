import Testing
import Wire

@testable import Models

@Suite struct ProviderRequestTests {
  static let empty = Conversation.question

  /// Everything that a conversation can hold.
  static let full = Conversation(
    system: "Be brief.",
    messages: [.init(.user, "Hi"), .init(.assistant, ""), .init(.assistant, "Hello")],
    input: "What is 6*7 and what time is it?",
    exchanges: [
      ToolExchange(ProviderStream.sum, .answered(.record([ToolArgument("value", .integer(42))]))),
      ToolExchange(
        ProviderStream.clock,
        .failed(ToolFailure(code: "unavailable", message: "no clock", offset: nil))),
      ToolExchange(
        ToolCall(id: "call_c", name: "clock", arguments: []), .answered(.text("08:49"))),
    ],
    tools: [
      ToolDescription(
        name: "calculator", summary: "Calculates.",
        arguments: [
          .init("expression", .text(bytesMax: 99), isRequired: true, summary: "What."),
          .init("digits", .integer(0...9), isRequired: false, summary: "How many."),
          .init("scale", .number, isRequired: false, summary: "How much."),
          .init("exact", .boolean, isRequired: false, summary: "Whether."),
        ]),
      ToolDescription(name: "clock", summary: "Tells the time.", arguments: []),
    ],
    toolCallsMax: 3, now: Transcript.now, parameters: .init(temperature: 1.5, maxTokens: 64))

  static func request(_ conversation: Conversation, _ endpoint: ProviderEndpoint) throws -> (
    request: ProviderRequest, body: WireValue
  ) {
    let request = endpoint.request(for: conversation)
    return (request, try WireValue(json: request.body))
  }

  // swift-format-ignore
  static let schema = #"{"type":"object","properties":{"expression":{"type":"string","description":"What. At most 99 bytes."},"digits":{"type":"integer","description":"How many.","minimum":0,"maximum":9},"scale":{"type":"number","description":"How much."},"exact":{"type":"boolean","description":"Whether."}},"required":["expression"]}"#
  static let noSchema = #"{"type":"object","properties":{}}"#
  static let failure = #"{\"error\":{\"code\":\"unavailable\",\"message\":\"no clock\"}}"#

  // swift-format-ignore
  static let bodies: [Named<(dialect: ProviderDialect, conversation: Conversation, body: String)>] = [
    Named("openai: a question", (.openai, empty, #"""
      {"model":"large-1","messages":[{"role":"user","content":"Hello?"}],"stream":true,"stream_options":{"include_usage":true}}
      """#)),
    Named("openai: everything", (.openai, full, #"""
      {"model":"large-1","stream":true,"stream_options":{"include_usage":true},"temperature":1.5,"max_completion_tokens":64,
       "messages":[
        {"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},
        {"role":"user","content":"What is 6*7 and what time is it?"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"calculator","arguments":"{\"expression\":\"6*7\"}"}}]},
        {"role":"tool","tool_call_id":"call_a","content":"{\"value\":42}"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"call_b","type":"function","function":{"name":"clock","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"call_b","content":"\#(failure)"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"call_c","type":"function","function":{"name":"clock","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"call_c","content":"08:49"}],
       "tools":[
        {"type":"function","function":{"name":"calculator","description":"Calculates.","parameters":\#(schema)}},
        {"type":"function","function":{"name":"clock","description":"Tells the time.","parameters":\#(noSchema)}}],
       "tool_choice":"none"}
      """#)),
    Named("anthropic: a question", (.anthropic, empty, #"""
      {"model":"large-1","messages":[{"role":"user","content":"Hello?"}],"stream":true,"max_tokens":4096}
      """#)),
    Named("anthropic: everything", (.anthropic, full, #"""
      {"model":"large-1","stream":true,"system":"Be brief.","temperature":1.0,"max_tokens":64,
       "messages":[
        {"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},
        {"role":"user","content":"What is 6*7 and what time is it?"},
        {"role":"assistant","content":[{"type":"tool_use","id":"call_a","name":"calculator","input":{"expression":"6*7"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_a","content":"{\"value\":42}"}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"call_b","name":"clock","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_b","content":"\#(failure)","is_error":true}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"call_c","name":"clock","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_c","content":"08:49"}]}],
       "tools":[
        {"name":"calculator","description":"Calculates.","input_schema":\#(schema)},
        {"name":"clock","description":"Tells the time.","input_schema":\#(noSchema)}],
       "tool_choice":{"type":"none"}}
      """#)),
    Named("gemini: a question", (.gemini, empty, #"""
      {"contents":[{"role":"user","parts":[{"text":"Hello?"}]}]}
      """#)),
    Named("gemini: everything", (.gemini, full, #"""
      {"systemInstruction":{"parts":[{"text":"Be brief."}]},
       "generationConfig":{"temperature":1.5,"maxOutputTokens":64},
       "contents":[
        {"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"text":"Hello"}]},
        {"role":"user","parts":[{"text":"What is 6*7 and what time is it?"}]},
        {"role":"model","parts":[{"functionCall":{"name":"calculator","args":{"expression":"6*7"}},"thoughtSignature":"skip_thought_signature_validator"}]},
        {"role":"user","parts":[{"functionResponse":{"name":"calculator","response":{"result":{"value":42}}}}]},
        {"role":"model","parts":[{"functionCall":{"name":"clock","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},
        {"role":"user","parts":[{"functionResponse":{"name":"clock","response":{"error":{"code":"unavailable","message":"no clock"}}}}]},
        {"role":"model","parts":[{"functionCall":{"name":"clock","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},
        {"role":"user","parts":[{"functionResponse":{"name":"clock","response":{"result":"08:49"}}}]}],
       "tools":[{"functionDeclarations":[
        {"name":"calculator","description":"Calculates.","parameters":\#(schema)},
        {"name":"clock","description":"Tells the time."}]}],
       "toolConfig":{"functionCallingConfig":{"mode":"NONE"}}}
      """#)),
  ]

  @Test("a conversation becomes this body", arguments: bodies)
  func writes(
    _ row: Named<(dialect: ProviderDialect, conversation: Conversation, body: String)>
  ) throws {
    let body = try Self.request(row.row.conversation, .sample(row.row.dialect)).body
    #expect(body == (try WireValue(json: Array(row.row.body.utf8))))
  }

  @Test("a model with room for calls may choose", arguments: ProviderDialect.allCases)
  func letsChoose(_ dialect: ProviderDialect) throws {
    var conversation = Self.full
    conversation.toolCallsMax = 4
    let body = try Self.request(conversation, .sample(dialect)).body
    #expect(body["tools"] != nil)
    #expect(body["tool_choice"] == nil && body["toolConfig"] == nil)
  }

  @Test("servers that speak like OpenAI are given the old name of the limit")
  func namesLimit() throws {
    let address = try #require(ProviderAddress("http://localhost:11434/v1/"))
    let (request, body) = try Self.request(Self.full, .sample(.openai, address: address, key: nil))
    #expect(request.url == "http://localhost:11434/v1/chat/completions")
    #expect(body["max_tokens"] == 64 && body["max_completion_tokens"] == nil)
    #expect(request.headers.map(\.name) == ["content-type", "accept"])
  }

  // swift-format-ignore
  static let places: [Named<(dialect: ProviderDialect, model: String, url: String, headers: [String])>] = [
    Named("openai", (.openai, "large-1", "https://api.openai.com/v1/chat/completions", ["authorization: Bearer sk-test-0123456789"])),
    Named("anthropic", (.anthropic, "large-1", "https://api.anthropic.com/v1/messages", ["anthropic-version: 2023-06-01", "x-api-key: sk-test-0123456789"])),
    Named("gemini", (.gemini, "large-1", "https://generativelanguage.googleapis.com/v1beta/models/large-1:streamGenerateContent?alt=sse", ["x-goog-api-key: sk-test-0123456789"])),
    Named("a name that leads elsewhere", (.gemini, "../a?b#c%é\n", "https://generativelanguage.googleapis.com/v1beta/models/..%2Fa%3Fb%23c%25%C3%A9%0A:streamGenerateContent?alt=sse", ["x-goog-api-key: sk-test-0123456789"])),
  ]

  @Test("a request goes there with these headers", arguments: places)
  func goesThere(
    _ row: Named<(dialect: ProviderDialect, model: String, url: String, headers: [String])>
  ) {
    let request = ProviderEndpoint.sample(row.row.dialect, model: row.row.model)
      .request(for: Self.empty)
    #expect(request.url == row.row.url)
    let headers = request.headers.map { "\($0.name): \($0.value)" }
    #expect(
      headers == ["content-type: application/json", "accept: text/event-stream"] + row.row.headers)
  }

  @Test("nothing prints a key or a conversation", arguments: ProviderDialect.allCases)
  func isSilent(_ dialect: ProviderDialect) {
    let endpoint = ProviderEndpoint.sample(dialect)
    let request = endpoint.request(for: Self.empty)
    let values: [Any] = [
      endpoint, request, request.headers, [request.headers], endpoint.key as Any,
    ]
    for value in values {
      var dumped = ""
      dump(value, to: &dumped)
      for text in ["\(value)", String(reflecting: value), dumped] {
        #expect(!text.contains("0123456789") && !text.contains("Hello"))
      }
    }
    #expect(request.headers.filter(\.isSecret).map { $0.description.suffix(5) } == ["[key]"])
  }

  // swift-format-ignore
  static let keys: [(text: String, isKey: Bool)] = [
    ("a", true), ("sk-1_2.3~/+=", true), (String(repeating: "a", count: 4_096), true),
    ("", false), (String(repeating: "a", count: 4_097), false), ("a b", false), ("a\r\nx: y", false), ("ä", false), ("\u{7F}", false),
  ]

  @Test("a key is visible ASCII", arguments: keys)
  func checksKeys(_ text: String, _ isKey: Bool) {
    #expect((ProviderKey(text) != nil) == isKey)
  }

  // swift-format-ignore
  static let addresses: [(text: String, address: String?)] = [
    ("https://a", "https://a"), ("https://a/", "https://a"), ("http://a:1/b//", "http://a:1/b"), ("http://[::1]:8/v1", "http://[::1]:8/v1"),
    ("", nil), ("https://", nil), ("https:///", nil), ("ftp://a", nil), ("a", nil), ("HTTPS://a", nil), ("https://u:p@a", nil),
    ("https://a?b", nil), ("https://a#b", nil), ("https://a b", nil), ("https://ä", nil), ("https://a\n", nil),
    ("https://" + String(repeating: "a", count: 2_041), nil),
  ]

  @Test("an address has a scheme, no credentials and no query", arguments: addresses)
  func checksAddresses(_ text: String, _ address: String?) {
    #expect(ProviderAddress(text)?.text == address)
  }

  @Test("the codes of errors are published")
  func codes() {
    #expect(
      ProviderFault.allCases.map(\.rawValue) == [
        "LLM_UNAUTHORIZED", "LLM_MODEL_NOT_FOUND", "LLM_RATE_LIMITED", "LLM_UNAVAILABLE",
        "LLM_TIMEOUT", "LLM_STREAM_BROKEN", "LLM_CONTEXT_TOO_LONG", "LLM_REQUEST_REJECTED",
        "LLM_ANSWER_WITHHELD", "LLM_ANSWER_TOO_LARGE", "LLM_TOOL_ARGUMENTS_INVALID",
        "LLM_NOT_RECORDED",
      ])
  }
}
