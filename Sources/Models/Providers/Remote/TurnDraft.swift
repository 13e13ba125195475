internal import Wire

/// What a turn has brought so far.
struct TurnDraft {
  private struct Call {
    let index: Int64?
    var id = ""
    var name = ""
    var arguments: [UInt8] = []
  }

  /// Whether the provider said that nothing follows.
  private(set) var isOver = false
  private var said = ""
  private var calls: [Call] = []
  private var bytes = 0
  private var ending: TurnEnding?
  private var promptTokens: Int64?
  private var completionTokens: Int64?

  private let endings: [String: TurnEnding]
  private let limits: TurnLimits

  init(endings: [String: TurnEnding], limits: TurnLimits) {
    self.endings = endings
    self.limits = limits
  }

  /// Whether there is anything that a second attempt would say again.
  var hasSpoken: Bool { !said.isEmpty }

  /// Adds a step; gives the text that is to be emitted for it.
  mutating func take(_ delta: TurnDelta) throws(AttemptFailure) -> String? {
    switch delta {
    case .text(let text):
      guard !text.isEmpty else { return nil }
      try keep(text.utf8.count)
      said += text
      return text
    case .call(let piece): try take(piece)
    case .promptTokens(let count): promptTokens = Self.plausible(count) ?? promptTokens
    case .completionTokens(let count): completionTokens = Self.plausible(count) ?? completionTokens
    case .ending(let reason): try end(endings[reason] ?? .whole, reason)
    case .withheld(let reason): try end(.faulty(.answerWithheld), reason)
    case .over: isOver = true
    }
    return nil
  }

  /// The whole turn, once nothing more follows.
  func completion(of conversation: Conversation) throws(AttemptFailure) -> Completion {
    let isWhole = ending != nil || isOver && (hasSpoken || !calls.isEmpty)
    guard isWhole else {
      throw AttemptFailure(.streamBroken, "The provider's answer ended before its end.")
    }
    let calls = try toolCalls(in: conversation)
    let outcome: Completion.Outcome = calls.isEmpty ? .answer(said) : .toolCalls(calls)
    let usage = Usage(
      promptTokens: promptTokens.map { Int($0) } ?? conversation.promptTokens,
      completionTokens: completionTokens.map { Int($0) }
        ?? Tokenizer.count(said) + calls.reduce(0) { $0 + $1.tokens })
    return Completion(outcome, isCut: ending == .cut, usage: usage)
  }
}

extension TurnDraft {
  private mutating func end(_ ending: TurnEnding, _ reason: String) throws(AttemptFailure) {
    if case .faulty(let fault) = ending {
      throw AttemptFailure(fault, "The provider ended the answer: \(reason).")
    }
    self.ending = ending
  }

  private mutating func take(_ piece: TurnCallPiece) throws(AttemptFailure) {
    let place = try place(of: piece)
    if let id = piece.id, calls[place].id.isEmpty { calls[place].id = id }
    if let name = piece.name, calls[place].name.isEmpty { calls[place].name = name }
    let call = calls[place]
    guard call.id.utf8.count <= limits.nameMax, call.name.utf8.count <= limits.nameMax else {
      throw AttemptFailure(.answerTooLarge, "The name of a tool call is too long.")
    }
    try keep(piece.arguments.utf8.count)
    guard call.arguments.count + piece.arguments.utf8.count <= limits.argumentsMax else {
      throw AttemptFailure(.answerTooLarge, "The arguments of a tool call are too long.")
    }
    calls[place].arguments += piece.arguments.utf8
  }

  /// Where the call of a piece stands; a new one where it begins one.
  private mutating func place(of piece: TurnCallPiece) throws(AttemptFailure) -> Int {
    let begins = piece.name?.isEmpty == false
    let known =
      piece.index.map { index in calls.lastIndex { $0.index == index } }
      ?? (begins ? nil : calls.indices.last)
    // Some servers number all calls of a turn alike, and tell them apart by their ids.
    if let known, !begins || [nil, "", calls[known].id].contains(piece.id) { return known }
    guard calls.count < limits.callsMax else {
      throw AttemptFailure(.answerTooLarge, "The provider asks for too many tool calls.")
    }
    calls.append(Call(index: piece.index))
    return calls.count - 1
  }

  private mutating func keep(_ count: Int) throws(AttemptFailure) {
    bytes += count
    guard bytes <= limits.bytesMax else {
      throw AttemptFailure(.answerTooLarge, "The provider's answer is too long.")
    }
  }

  /// More tokens than this are no count, and could not be added up over the turns of a run.
  private static let tokensMax: Int64 = 1_000_000_000

  private static func plausible(_ count: Int64) -> Int64? {
    (0...tokensMax).contains(count) ? count : nil
  }

  /// The calls that the conversation has room for.
  private func toolCalls(in conversation: Conversation) throws(AttemptFailure) -> [ToolCall] {
    let made = conversation.exchanges.count
    var ids = Set(conversation.exchanges.map(\.call.id))
    var result: [ToolCall] = []
    for call in calls.prefix(max(0, conversation.toolCallsMax - made)) {
      guard !call.name.isEmpty else {
        throw AttemptFailure(.streamBroken, "The provider asks for a tool without a name.")
      }
      let id = Self.id(call.id, number: made + result.count + 1, besides: &ids)
      result.append(ToolCall(id: id, name: call.name, arguments: try arguments(of: call)))
    }
    return result
  }

  /// Bytes of a provider's id: people name a call by it when they decide on it.
  private static let idBytesMax = 200

  /// The provider's own id where it has one that names no other call of the run.
  private static func id(_ own: String, number: Int, besides ids: inout Set<String>) -> String {
    if (1...idBytesMax).contains(own.utf8.count), ids.insert(own).inserted { return own }
    var number = number
    while !ids.insert("call_\(number)").inserted { number += 1 }
    return "call_\(number)"
  }

  private func arguments(of call: Call) throws(AttemptFailure) -> [ToolArgument] {
    // A tool without arguments is often called with nothing at all; so is one whose call was cut.
    let isBlank = call.arguments.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if isBlank, ending != .cut { return [] }
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: call.arguments)
    } catch {
      throw invalid(call, error.message)
    }
    guard value.isMap else { throw invalid(call, "expected an object") }
    return [ToolArgument](value)
  }

  private func invalid(_ call: Call, _ reason: String) -> AttemptFailure {
    AttemptFailure(
      .toolArgumentsInvalid,
      "The model called the tool \(call.name) with arguments that are no JSON object: \(reason).")
  }
}
