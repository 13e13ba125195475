internal import Wire

/// Chat completions, as OpenAI documents them and others serve them.
enum OpenAIDialect {
  static let row = ProviderDialect.Row(
    standardAddress: ProviderAddress(standard: "https://api.openai.com/v1"),
    path: { _ in "/chat/completions" },
    key: (header: "authorization", prefix: "Bearer "),
    headers: [],
    body: body,
    embeddings: .openAI,
    deltas: deltas,
    endMark: "[DONE]",
    endings: [
      "length": .cut, "content_filter": .faulty(.answerWithheld), "error": .faulty(.streamBroken),
    ],
    faults: [
      "context_length_exceeded": .contextTooLong, "exceed_context_size_error": .contextTooLong,
      "rate_limit_exceeded": .rateLimited, "server_error": .unavailable,
      "model_not_found": .modelNotFound, "invalid_api_key": .unauthorized,
    ])

  private static func body(_ conversation: Conversation, _ endpoint: ProviderEndpoint) -> WireValue
  {
    let parameters = conversation.parameters
    var body: WireValue = [
      "model": .text(endpoint.model), "messages": .array(messages(conversation)), "stream": true,
      "stream_options": ["include_usage": true],
    ]
    body["temperature"] = parameters.temperature.map(WireValue.double)
    // OpenAI's reasoning models refuse the old name, which is the only one that some others know.
    body[endpoint.isStandard ? "max_completion_tokens" : "max_tokens"] =
      parameters.maxTokens.map { .integer(Int64($0)) }
    guard !conversation.tools.isEmpty else { return body }
    body["tools"] = .array(conversation.tools.map(tool))
    if !conversation.hasRoomForCalls { body["tool_choice"] = "none" }
    return body
  }

  private static func messages(_ conversation: Conversation) -> [WireValue] {
    var messages: [WireValue] = []
    if let system = conversation.system {
      messages.append(["role": "system", "content": .text(system)])
    }
    messages += conversation.spokenMessages.map(message)
    messages.append(["role": "user", "content": .text(conversation.input)])
    for turn in conversation.course {
      switch turn {
      case .message(let said): messages.append(message(said))
      case .exchange(let exchange): messages += turns(exchange)
      }
    }
    return messages
  }

  private static func message(_ message: Conversation.Message) -> WireValue {
    ["role": .text(message.speaker.rawValue), "content": .text(message.text)]
  }

  /// One call a message, also where they were made together: some templates know no more.
  private static func turns(_ exchange: ToolExchange) -> [WireValue] {
    let call = exchange.call
    let function: WireValue = [
      "name": .text(call.name), "arguments": .text(call.arguments.wireValue.jsonText),
    ]
    return [
      [
        "role": "assistant", "content": nil,
        "tool_calls": [["id": .text(call.id), "type": "function", "function": function]],
      ],
      ["role": "tool", "tool_call_id": .text(call.id), "content": .text(exchange.outcome.text)],
    ]
  }

  private static func tool(_ tool: ToolDescription) -> WireValue {
    [
      "type": "function",
      "function": [
        "name": .text(tool.name), "description": .text(tool.summary),
        "parameters": tool.jsonSchema,
      ],
    ]
  }

  private static func deltas(_ chunk: WireValue) -> [TurnDelta] {
    var deltas: [TurnDelta] = []
    for choice in chunk["choices"]?.elements ?? [] where (choice["index"]?.integer ?? 0) == 0 {
      // A refusal is what the model says instead of an answer.
      deltas += ["content", "refusal"].compactMap { choice["delta"]?[$0]?.text }
        .map(TurnDelta.text)
      deltas += (choice["delta"]?["tool_calls"]?.elements ?? []).map { .call(piece($0)) }
      if let reason = choice["finish_reason"]?.text, !reason.isEmpty {
        deltas.append(.ending(reason))
      }
    }
    if let count = chunk["usage"]?["prompt_tokens"]?.integer { deltas.append(.promptTokens(count)) }
    if let count = chunk["usage"]?["completion_tokens"]?.integer {
      deltas.append(.completionTokens(count))
    }
    return deltas
  }

  private static func piece(_ call: WireValue) -> TurnCallPiece {
    let arguments = call["function"]?["arguments"]
    // Documented as text; some servers send the object itself.
    let isObject = arguments?.isMap ?? false
    return TurnCallPiece(
      index: call["index"]?.integer, id: call["id"]?.text, name: call["function"]?["name"]?.text,
      arguments: (isObject ? arguments?.jsonText : arguments?.text) ?? "")
  }
}
