internal import Wire

/// Streamed content generation, as Google documents it for Gemini.
enum GeminiDialect {
  static let row = ProviderDialect.Row(
    standardAddress: ProviderAddress(standard: "https://generativelanguage.googleapis.com"),
    path: { model in "/v1beta/models/\(model.percentEncoded):streamGenerateContent?alt=sse" },
    key: (header: "x-goog-api-key", prefix: ""),
    headers: [],
    body: body,
    embeddings: .gemini,
    deltas: deltas,
    endMark: nil,
    endings: [
      "MAX_TOKENS": .cut, "SAFETY": .faulty(.answerWithheld),
      "RECITATION": .faulty(.answerWithheld), "LANGUAGE": .faulty(.answerWithheld),
      "OTHER": .faulty(.answerWithheld), "BLOCKLIST": .faulty(.answerWithheld),
      "PROHIBITED_CONTENT": .faulty(.answerWithheld), "SPII": .faulty(.answerWithheld),
      "MALFORMED_FUNCTION_CALL": .faulty(.toolArgumentsInvalid),
    ],
    faults: [
      "API_KEY_INVALID": .unauthorized, "UNAUTHENTICATED": .unauthorized,
      "PERMISSION_DENIED": .unauthorized, "NOT_FOUND": .modelNotFound,
      "RESOURCE_EXHAUSTED": .rateLimited, "UNAVAILABLE": .unavailable, "INTERNAL": .unavailable,
      "DEADLINE_EXCEEDED": .timedOut,
    ])

  /// Stands for the signature of the thoughts before a call, which is not kept with it: Gemini 3
  /// refuses calls without one (https://ai.google.dev/gemini-api/docs/thought-signatures).
  private static let noSignature: WireValue = "skip_thought_signature_validator"

  private static func body(_ conversation: Conversation, _: ProviderEndpoint) -> WireValue {
    var body: WireValue = ["contents": .array(contents(conversation))]
    body["systemInstruction"] = conversation.system.map { ["parts": [["text": .text($0)]]] }
    var generation: WireValue = [:]
    generation["temperature"] = conversation.parameters.temperature.map(WireValue.double)
    generation["maxOutputTokens"] = conversation.parameters.maxTokens.map { .integer(Int64($0)) }
    if generation != [:] { body["generationConfig"] = generation }
    guard !conversation.tools.isEmpty else { return body }
    body["tools"] = [["functionDeclarations": .array(conversation.tools.map(tool))]]
    if !conversation.hasRoomForCalls {
      body["toolConfig"] = ["functionCallingConfig": ["mode": "NONE"]]
    }
    return body
  }

  private static func contents(_ conversation: Conversation) -> [WireValue] {
    conversation.spokenMessages.map(content)
      + [content("user", ["text": .text(conversation.input)])]
      + conversation.course.flatMap { turn in
        switch turn {
        case .message(let said): [content(said)]
        case .exchange(let exchange): turns(exchange)
        }
      }
  }

  private static func content(_ message: Conversation.Message) -> WireValue {
    content(message.speaker == .user ? "user" : "model", ["text": .text(message.text)])
  }

  private static func turns(_ exchange: ToolExchange) -> [WireValue] {
    let name = WireValue.text(exchange.call.name)
    let call: WireValue = ["name": name, "args": exchange.call.arguments.wireValue]
    let response: WireValue =
      switch exchange.outcome {
      case .answered(let value): ["result": value.wireValue]
      case .failed(let failure): ["error": failure.wireValue]
      }
    return [
      content("model", ["functionCall": call, "thoughtSignature": noSignature]),
      content("user", ["functionResponse": ["name": name, "response": response]]),
    ]
  }

  private static func content(_ role: String, _ part: WireValue) -> WireValue {
    ["role": .text(role), "parts": [part]]
  }

  private static func tool(_ tool: ToolDescription) -> WireValue {
    var declaration: WireValue = ["name": .text(tool.name), "description": .text(tool.summary)]
    switch tool.input {
    // An object without properties is refused.
    case .arguments([]): break
    case .arguments: declaration["parameters"] = tool.jsonSchema
    // All of JSON Schema, where `parameters` knows a part of it.
    case .schema(let schema): declaration["parametersJsonSchema"] = schema
    }
    return declaration
  }

  private static func deltas(_ chunk: WireValue) -> [TurnDelta] {
    var deltas: [TurnDelta] = []
    if let reason = chunk["promptFeedback"]?["blockReason"]?.text {
      deltas.append(.withheld(reason))
    }
    if let candidate = chunk["candidates"]?.elements?.first {
      deltas += (candidate["content"]?["parts"]?.elements ?? []).compactMap(delta)
      if let reason = candidate["finishReason"]?.text { deltas.append(.ending(reason)) }
    }
    guard let usage = chunk["usageMetadata"] else { return deltas }
    if let count = usage["promptTokenCount"]?.integer { deltas.append(.promptTokens(count)) }
    // Thoughts are written and paid for, though not shown.
    let written = ["candidatesTokenCount", "thoughtsTokenCount"].compactMap { usage[$0]?.integer }
    if !written.isEmpty { deltas.append(.completionTokens(.saturatingSum(written))) }
    return deltas
  }

  private static func delta(_ part: WireValue) -> TurnDelta? {
    if let call = part["functionCall"] {
      return .call(
        TurnCallPiece(
          index: nil, id: call["id"]?.text, name: call["name"]?.text ?? "",
          arguments: call["args"]?.jsonText ?? ""))
    }
    if case .bool(true)? = part["thought"] { return nil }
    return part["text"]?.text.map(TurnDelta.text)
  }
}
