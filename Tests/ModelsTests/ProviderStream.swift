@testable import Models

/// A stream as a provider documents it, and what is to be read from it.
struct ProviderStream: Sendable {
  let dialect: ProviderDialect
  let text: String
  var tokens: [String] = []
  var calls: [ToolCall] = []
  var isCut = false
  /// Tokens read and written.
  var usage: (Int, Int)

  var turn: Turn {
    var turn = Turn(dialect, [[UInt8]]())
    turn.error = nil
    turn.tokens = tokens
    turn.completion = Completion(
      calls.isEmpty ? .answer(tokens.joined()) : .toolCalls(calls), isCut: isCut,
      usage: Usage(promptTokens: usage.0, completionTokens: usage.1))
    return turn
  }

  static let sum = ToolCall(
    id: "call_a", name: "calculator", arguments: [ToolArgument("expression", .text("6*7"))])
  static let clock = ToolCall(id: "call_b", name: "clock", arguments: [])

  // swift-format-ignore
  static let openai: [Named<ProviderStream>] = [
    Named("openai: an answer", ProviderStream(dialect: .openai, text: #"""
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" wörld 👩"},"logprobs":null,"finish_reason":null}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0}}}

      data: [DONE]


      """#, tokens: ["Hello", " wörld 👩"], usage: (19, 10))),
    Named("openai: cut by length, without usage and mark", ProviderStream(dialect: .openai, text: #"""
      : ping
      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"One two"},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"length"}]}


      """#, tokens: ["One two"], isCut: true, usage: (2, 2))),
    Named("openai: calls in pieces", ProviderStream(dialect: .openai, text: #"""
      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"calculator","arguments":""}}]},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"expr"}}]},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"clock","arguments":"{"}}]},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ession\":\"6*7\"}"}},{"index":1,"function":{"arguments":"}"}}]},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

      data: {"choices":[],"usage":{"prompt_tokens":82,"completion_tokens":17,"total_tokens":99}}

      data: [DONE]


      """#, calls: [sum, clock], usage: (82, 17))),
    Named("openai: calls whole, numbered alike", ProviderStream(dialect: .openai, text: #"""
      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"call_a","index":0,"type":"function","function":{"name":"calculator","arguments":"{\"expression\":\"6*7\"}"}},{"id":"call_b","index":0,"type":"function","function":{"name":"clock","arguments":""}}]},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":6}}

      data: [DONE]


      """#, tokens: ["Let me see."], calls: [sum, clock], usage: (5, 6))),
    Named("openai: a call without id, number and text", ProviderStream(dialect: .openai, text: #"""
      data: {"choices":[{"delta":{"tool_calls":[{"id":null,"function":{"name":"calculator","arguments":{"expression":"6*7"}}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":6}}


      """#, calls: [ToolCall(id: "call_1", name: "calculator", arguments: sum.arguments)], usage: (5, 6))),
    Named("openai: another choice is not this one", ProviderStream(dialect: .openai, text: #"""
      data: {"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"length"},{"index":0,"delta":{"content":"yes"}}],"error":null}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":-1,"completion_tokens":9223372036854775807}}


      """#, tokens: ["yes"], usage: (2, 1))),
  ]

  // swift-format-ignore
  static let anthropic: [Named<ProviderStream>] = [
    Named("anthropic: an answer", ProviderStream(dialect: .anthropic, text: #"""
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY","type":"message","role":"assistant","content":[],"model":"claude-opus-4-20250514","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":100,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: ping
      data: {"type": "ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"!"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}

      event: message_stop
      data: {"type":"message_stop"}


      """#, tokens: ["Hello", "!"], usage: (125, 15))),
    Named("anthropic: words and calls", ProviderStream(dialect: .anthropic, text: #"""
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":472,"output_tokens":2}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

      event: content_block_start
      data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Okay"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":1}

      event: content_block_start
      data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_a","name":"calculator","input":{}}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"expression\":"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" \"6*7\"}"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":2}

      event: content_block_start
      data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"call_b","name":"clock","input":{}}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":3}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}

      event: message_stop
      data: {"type":"message_stop"}


      """#, tokens: ["Okay"], calls: [sum, clock], usage: (472, 89))),
    Named("anthropic: cut by length", ProviderStream(dialect: .anthropic, text: #"""
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"One two"}}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"input_tokens":7,"output_tokens":2}}

      event: message_stop
      data: {"type":"message_stop"}


      """#, tokens: ["One two"], isCut: true, usage: (7, 2))),
  ]

  // swift-format-ignore
  static let gemini: [Named<ProviderStream>] = [
    Named("gemini: an answer", ProviderStream(dialect: .gemini, text: #"""
      data: {"candidates": [{"content": {"parts": [{"text": "Musing","thought": true},{"text": "Hello"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 8,"totalTokenCount": 8},"modelVersion": "gemini-2.5-flash"}

      data: {"candidates": [{"content": {"parts": [{"text": " there"}],"role": "model"},"finishReason": "STOP","index": 0,"safetyRatings":[]}],"usageMetadata": {"promptTokenCount": 8,"candidatesTokenCount": 5,"totalTokenCount": 20,"thoughtsTokenCount": 7,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 8}]},"modelVersion": "gemini-2.5-flash","responseId": "x"}


      """#, tokens: ["Hello", " there"], usage: (8, 12))),
    Named("gemini: calls", ProviderStream(dialect: .gemini, text: #"""
      data: {"candidates": [{"content": {"parts": [{"functionCall": {"name": "calculator","args": {"expression": "6*7"}},"thoughtSignature": "Abc="},{"functionCall": {"name": "clock","args": {}}}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 9,"candidatesTokenCount": 4}}


      """#, calls: [ToolCall(id: "call_1", name: "calculator", arguments: sum.arguments), ToolCall(id: "call_2", name: "clock", arguments: [])], usage: (9, 4))),
    Named("gemini: ids that are given are kept", ProviderStream(dialect: .gemini, text: #"""
      data: {"candidates": [{"content": {"parts": [{"functionCall": {"id": "call_a","name": "calculator","args": {"expression": "6*7"}}}]}}]}

      data: {"candidates": [{"content": {"parts": [{"functionCall": {"id": "call_b","name": "clock"}}]},"finishReason": "STOP"}],"usageMetadata": {"promptTokenCount": 9,"candidatesTokenCount": 4}}


      """#, calls: [sum, clock], usage: (9, 4))),
    Named("gemini: cut by length", ProviderStream(dialect: .gemini, text: #"""
      data: {"candidates": [{"content": {"parts": [{"text": "One two"}]},"finishReason": "MAX_TOKENS"}]}


      """#, tokens: ["One two"], isCut: true, usage: (2, 2))),
  ]

  static let all = openai + anthropic + gemini
}
