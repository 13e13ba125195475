import Testing

@testable import Models

@Suite struct TurnTests {
  @Test("a stream is read as it is documented", arguments: ProviderStream.all)
  func reads(_ stream: Named<ProviderStream>) async {
    let transport = FakeTransport([.stream(stream.row.text)])
    let turn = await Turn(of: RemoteModel(stream.row.dialect, transport))
    #expect(turn == stream.row.turn)
    #expect(transport.requests.count == 1 && transport.isAllClosed)
  }

  @Test("where a stream is split makes no difference", arguments: ProviderStream.all)
  func splits(_ stream: Named<ProviderStream>) {
    let bytes = Array(stream.row.text.utf8)
    #expect(Turn(stream.row.dialect, bytes.map { [$0] }) == stream.row.turn)
    for offset in bytes.indices {
      let turn = Turn(stream.row.dialect, [bytes[..<offset], bytes[offset...]])
      #expect(turn == stream.row.turn, "at \(offset)")
    }
  }

  @Test("lines may end in CR and LF", arguments: ProviderStream.all)
  func endsOfLines(_ stream: Named<ProviderStream>) {
    let lines = stream.row.text.split(separator: "\n", omittingEmptySubsequences: false)
    for end in ["\r\n", "\r"] {
      let text = lines.joined(separator: end)
      #expect(Turn(stream.row.dialect, [Array(text.utf8)]) == stream.row.turn)
    }
  }

  @Test(
    "a stream that breaks off is an error, or was whole already", arguments: ProviderStream.all)
  func breaksOff(_ stream: Named<ProviderStream>) {
    let bytes = Array(stream.row.text.utf8)
    for length in bytes.indices {
      let turn = Turn(stream.row.dialect, [bytes[..<length]])
      #expect(stream.row.tokens.starts(with: turn.tokens), "at \(length)")
      if let completion = turn.completion {
        #expect(completion.outcome == stream.row.turn.completion?.outcome, "at \(length)")
      } else {
        #expect(turn.code == "LLM_STREAM_BROKEN", "at \(length)")
      }
    }
  }

  @Test("damaged streams end in a result or an error", arguments: [41, 42, 43] as [UInt64])
  func damages(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      guard let stream = ProviderStream.all.randomElement(using: &generator)?.row else { return }
      var bytes = Array(stream.text.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: 0...255, using: &generator)
      }
      let turn = Turn(stream.dialect, [bytes])
      #expect((turn.completion == nil) != (turn.error == nil))
    }
  }

  // swift-format-ignore
  static let failures: [Named<(dialect: ProviderDialect, text: String, tokens: [String], code: String)>] = [
    Named("nothing at all", (.openai, "", [], "LLM_STREAM_BROKEN")),
    Named("nothing but the mark", (.openai, "data: [DONE]\n\n", [], "LLM_STREAM_BROKEN")),
    Named("nothing but the stop", (.anthropic, "data: {\"type\":\"message_stop\"}\n\n", [], "LLM_STREAM_BROKEN")),
    Named("a page instead", (.gemini, "<html>\n\n</html>\n", [], "LLM_STREAM_BROKEN")),
    Named("no JSON", (.openai, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"cho\n\n", ["a"], "LLM_STREAM_BROKEN")),
    Named("a control character", (.openai, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: \u{7}\n\n", ["a"], "LLM_STREAM_BROKEN")),
    Named("no object", (.gemini, "data: [1]\n\n", [], "LLM_STREAM_BROKEN")),
    Named("an error in mid-stream", (.openai, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}\n\n", ["a"], "LLM_UNAVAILABLE")),
    Named("an unknown error in mid-stream", (.openai, "data: {\"error\":{\"message\":\"no\",\"type\":\"new\"}}\n\n", [], "LLM_STREAM_BROKEN")),
    Named("an error that is a text", (.openai, "data: {\"error\":\"no\"}\n\n", [], "LLM_STREAM_BROKEN")),
    Named("an error with a status", (.openai, "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\n", [], "LLM_RATE_LIMITED")),
    Named("an error at the top", (.openai, "data: {\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequestError\",\"code\":404}\n\n", [], "LLM_MODEL_NOT_FOUND")),
    Named("overloaded in mid-stream", (.anthropic, "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\nevent: error\ndata: {\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\", \"message\": \"Overloaded\"}}\n\n", ["a"], "LLM_UNAVAILABLE")),
    Named("an error of gemini", (.gemini, "data: {\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}}\n\n", [], "LLM_UNAVAILABLE")),
    Named("withheld by openai", (.openai, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"content_filter\"}]}\n\n", ["a"], "LLM_ANSWER_WITHHELD")),
    Named("withheld by anthropic", (.anthropic, "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n", [], "LLM_ANSWER_WITHHELD")),
    Named("withheld by gemini", (.gemini, "data: {\"candidates\":[{\"finishReason\":\"SAFETY\"}]}\n\n", [], "LLM_ANSWER_WITHHELD")),
    Named("a prompt withheld by gemini", (.gemini, "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n", [], "LLM_ANSWER_WITHHELD")),
    Named("a call that gemini could not write", (.gemini, "data: {\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n", [], "LLM_TOOL_ARGUMENTS_INVALID")),
    Named("a call without a name", (.openai, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\n\n", [], "LLM_STREAM_BROKEN")),
  ]

  @Test("a stream that goes wrong ends so", arguments: failures)
  func fails(
    _ row: Named<(dialect: ProviderDialect, text: String, tokens: [String], code: String)>
  ) {
    let turn = Turn(row.row.dialect, [Array(row.row.text.utf8)])
    #expect(turn.code == row.row.code)
    #expect(turn.tokens == row.row.tokens)
    #expect(turn.completion == nil)
  }

  /// A turn that calls `clock` with these arguments.
  static func calling(_ arguments: String, ending: String = "tool_calls", times: Int = 1) -> [UInt8]
  {
    let written = ToolValue.text(arguments).wireValue.jsonText
    let call = "{\"function\":{\"name\":\"clock\",\"arguments\":\(written)}}"
    let calls = Array(repeating: call, count: times).joined(separator: ",")
    return Array(
      """
      data: {"choices":[{"delta":{"tool_calls":[\(calls)]},"finish_reason":"\(ending)"}]}


      """.utf8)
  }

  // swift-format-ignore
  static let arguments: [Named<(json: String, ending: String, arguments: [ToolArgument]?)>] = [
    Named("nothing", ("", "stop", [])),
    Named("blanks", (" \n", "stop", [])),
    Named("an empty object", ("{}", "stop", [])),
    Named("every kind", (#"{"a":null,"b":true,"c":-3,"d":0.5,"e":"x","f":[1],"g":{"h":18446744073709551615}}"#, "stop", [
      ToolArgument("a", .null), ToolArgument("b", .boolean(true)), ToolArgument("c", .integer(-3)),
      ToolArgument("d", .number(0.5)), ToolArgument("e", .text("x")), ToolArgument("f", .list([.integer(1)])),
      ToolArgument("g", .record([ToolArgument("h", .text("18446744073709551615"))])),
    ])),
    Named("an array", ("[]", "stop", nil)),
    Named("a text", (#""{}""#, "stop", nil)),
    Named("null", ("null", "stop", nil)),
    Named("no JSON", ("{a:1}", "stop", nil)),
    Named("two objects", ("{}{}", "stop", nil)),
    Named("a key twice", (#"{"a":1,"a":2}"#, "stop", nil)),
    Named("nested too deep", (#"{"a":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}", "stop", nil)),
    Named("cut in the middle", (#"{"a":"#, "length", nil)),
    Named("cut before the beginning", ("", "length", nil)),
  ]

  @Test("arguments are an object, or the turn fails", arguments: arguments)
  func parses(_ row: Named<(json: String, ending: String, arguments: [ToolArgument]?)>) {
    let turn = Turn(.openai, [Self.calling(row.row.json, ending: row.row.ending)])
    if let arguments = row.row.arguments {
      let call = ToolCall(id: "call_1", name: "clock", arguments: arguments)
      #expect(turn.completion?.outcome == .toolCalls([call]))
    } else {
      #expect(turn.code == "LLM_TOOL_ARGUMENTS_INVALID")
    }
  }

  // swift-format-ignore
  static let bounds: [Named<(limits: TurnLimits, stream: [UInt8], isTooLarge: Bool)>] = [
    Named("arguments at the limit", (TurnLimits(argumentsMax: 7), calling(#"{"a":1}"#), false)),
    Named("arguments above it", (TurnLimits(argumentsMax: 6), calling(#"{"a":1}"#), true)),
    Named("calls at the limit", (TurnLimits(callsMax: 3), calling("", times: 3), false)),
    Named("calls above it", (TurnLimits(callsMax: 2), calling("", times: 3), true)),
    Named("an answer at the limit", (TurnLimits(bytesMax: 14), calling(#"{"a":1}"#, times: 2), false)),
    Named("an answer above it", (TurnLimits(bytesMax: 13), calling(#"{"a":1}"#, times: 2), true)),
    Named("a name at the limit", (TurnLimits(nameMax: 5), calling(""), false)),
    Named("a name above it", (TurnLimits(nameMax: 4), calling(""), true)),
    Named("128 calls", (TurnLimits(), calling("", times: 128), false)),
    Named("129 calls", (TurnLimits(), calling("", times: 129), true)),
  ]

  @Test("an answer has limits", arguments: bounds)
  func limits(_ row: Named<(limits: TurnLimits, stream: [UInt8], isTooLarge: Bool)>) {
    let turn = Turn(.openai, [row.row.stream], limits: row.row.limits)
    #expect(turn.code == (row.row.isTooLarge ? "LLM_ANSWER_TOO_LARGE" : nil))
  }

  @Test("arguments and an event of more than a mebibyte are refused")
  func refusesHuge() {
    let pieces = [#""name":"clock","#, ""].map { name in
      let text = String(repeating: "a", count: 600_000)
      let call = "{\"index\":0,\"function\":{\(name)\"arguments\":\"\(text)\"}}"
      return Array("data: {\"choices\":[{\"delta\":{\"tool_calls\":[\(call)]}}]}\n\n".utf8)
    }
    #expect(Turn(.openai, pieces).code == "LLM_ANSWER_TOO_LARGE")
    #expect(Turn(.openai, Array(pieces.prefix(1))).code == "LLM_STREAM_BROKEN")
    let whole = Self.calling(String(repeating: "a", count: 1_048_576))
    #expect(Turn(.openai, [whole]).code == "LLM_ANSWER_TOO_LARGE")
  }

  // swift-format-ignore
  static let names: [Named<(given: [String], callsMax: Int, ids: [String])>] = [
    Named("no ids", (["", "", ""], 9, ["call_3", "call_4", "call_5"])),
    Named("ids", (["x", "y"], 9, ["x", "y"])),
    Named("an id twice", (["x", "x", "y"], 9, ["x", "call_4", "y"])),
    Named("an id of an earlier turn", (["call_1", "call_7"], 9, ["call_3", "call_7"])),
    Named("an id that another would have been given", (["call_4", ""], 9, ["call_4", "call_5"])),
    Named("more calls than the run may make", (["x", "y", "z"], 4, ["x", "y"])),
    Named("no call is left", (["x", "y"], 2, [])),
    Named("the limit was passed", (["x"], 1, [])),
  ]

  @Test("ids are unique in a run, and a run makes no more calls than it may", arguments: names)
  func namesCalls(_ row: Named<(given: [String], callsMax: Int, ids: [String])>) {
    var conversation = Conversation.question
    conversation.toolCallsMax = row.row.callsMax
    conversation.exchanges = ["call_1", "call_2"].map { id in
      ToolExchange(ToolCall(id: id, name: "clock", arguments: []), .answered(.null))
    }
    let calls = row.row.given.enumerated().map { index, id in
      #"{"index":\#(index),"id":"\#(id)","function":{"name":"clock","arguments":""}}"#
    }
    let text = """
      data: {"choices":[{"delta":{"tool_calls":[\(calls.joined(separator: ","))]}}]}

      data: [DONE]


      """
    let turn = Turn(.openai, [Array(text.utf8)], conversation)
    let wanted = row.row.ids.map { ToolCall(id: $0, name: "clock", arguments: []) }
    #expect(turn.completion?.outcome == (wanted.isEmpty ? .answer("") : .toolCalls(wanted)))
  }
}
