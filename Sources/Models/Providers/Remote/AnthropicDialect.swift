internal import Wire

/// Messages, as Anthropic documents them.
enum AnthropicDialect {
  static let row = ProviderDialect.Row(
    standardAddress: ProviderAddress(standard: "https://api.anthropic.com"),
    path: { _ in "/v1/messages" },
    key: (header: "x-api-key", prefix: ""),
    headers: [ProviderHeader("anthropic-version", "2023-06-01")],
    body: body,
    embeddings: nil,
    deltas: deltas,
    endMark: nil,
    endings: [
      "max_tokens": .cut, "model_context_window_exceeded": .cut,
      "refusal": .faulty(.answerWithheld),
    ],
    faults: [
      "overloaded_error": .unavailable, "api_error": .unavailable, "timeout_error": .timedOut,
      "rate_limit_error": .rateLimited, "authentication_error": .unauthorized,
      "permission_error": .unauthorized, "not_found_error": .modelNotFound,
    ])

  /// The most tokens of an answer when a run sets no limit; the interface wants one.
  private static let tokensMax = 4_096
  /// The highest temperature there is; runs may ask for up to 2.
  private static let temperatureMax = 1.0

  private static func body(_ conversation: Conversation, _ endpoint: ProviderEndpoint) -> WireValue
  {
    let parameters = conversation.parameters
    var body: WireValue = [
      "model": .text(endpoint.model), "messages": .array(messages(conversation)), "stream": true,
      "max_tokens": .integer(Int64(parameters.maxTokens ?? tokensMax)),
    ]
    body["system"] = conversation.system.map(WireValue.text)
    body["temperature"] = parameters.temperature.map { .double(min($0, temperatureMax)) }
    guard !conversation.tools.isEmpty else { return body }
    body["tools"] = .array(conversation.tools.map(tool))
    if !conversation.hasRoomForCalls { body["tool_choice"] = ["type": "none"] }
    return body
  }

  private static func messages(_ conversation: Conversation) -> [WireValue] {
    conversation.spokenMessages.map(message) + [message("user", .text(conversation.input))]
      + conversation.course.flatMap { turn in
        switch turn {
        case .message(let said): [message(said)]
        case .exchange(let exchange): turns(exchange)
        }
      }
  }

  private static func message(_ message: Conversation.Message) -> WireValue {
    Self.message(message.speaker.rawValue, .text(message.text))
  }

  private static func turns(_ exchange: ToolExchange) -> [WireValue] {
    let call = exchange.call
    var result: WireValue = [
      "type": "tool_result", "tool_use_id": .text(call.id),
      "content": .text(exchange.outcome.text),
    ]
    if exchange.outcome.isFailure { result["is_error"] = true }
    let use: WireValue = [
      "type": "tool_use", "id": .text(call.id), "name": .text(call.name),
      "input": call.arguments.wireValue,
    ]
    return [message("assistant", [use]), message("user", [result])]
  }

  private static func message(_ role: String, _ content: WireValue) -> WireValue {
    ["role": .text(role), "content": content]
  }

  private static func tool(_ tool: ToolDescription) -> WireValue {
    [
      "name": .text(tool.name), "description": .text(tool.summary),
      "input_schema": tool.jsonSchema,
    ]
  }

  private static func deltas(_ event: WireValue) -> [TurnDelta] {
    switch event["type"]?.text {
    case "message_start": usage(event["message"]?["usage"])
    case "content_block_start": start(of: event["content_block"] ?? nil, event["index"]?.integer)
    case "content_block_delta": delta(event["delta"] ?? nil, event["index"]?.integer)
    case "message_delta":
      usage(event["usage"])
        + [event["delta"]?["stop_reason"]?.text].compactMap { $0.map(TurnDelta.ending) }
    case "message_stop": [.over]
    default: []
    }
  }

  private static func start(of block: WireValue, _ index: Int64?) -> [TurnDelta] {
    switch block["type"]?.text {
    case "text": [.text(block["text"]?.text ?? "")]
    case "tool_use":
      [
        .call(
          TurnCallPiece(
            index: index, id: block["id"]?.text, name: block["name"]?.text, arguments: ""))
      ]
    default: []
    }
  }

  private static func delta(_ delta: WireValue, _ index: Int64?) -> [TurnDelta] {
    switch delta["type"]?.text {
    case "text_delta": [.text(delta["text"]?.text ?? "")]
    case "input_json_delta":
      [
        .call(
          TurnCallPiece(
            index: index, id: nil, name: nil, arguments: delta["partial_json"]?.text ?? ""))
      ]
    default: []
    }
  }

  private static func usage(_ usage: WireValue?) -> [TurnDelta] {
    var deltas: [TurnDelta] = []
    // What came from the cache was read as well.
    let read = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
      .compactMap { usage?[$0]?.integer }
    if usage?["input_tokens"] != nil { deltas.append(.promptTokens(.saturatingSum(read))) }
    if let count = usage?["output_tokens"]?.integer { deltas.append(.completionTokens(count)) }
    return deltas
  }
}
