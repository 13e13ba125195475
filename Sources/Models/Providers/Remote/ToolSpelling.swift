/// The names of a conversation's tools as every provider takes them: without the dots that tools of
/// servers may have in theirs.
struct ToolSpelling: Sendable {
  /// Own names, and how they are spelt, of those that are spelt otherwise.
  private var spelt: [String: String] = [:]
  private var own: [String: String] = [:]

  /// The most letters of a name.
  private static let nameMax = 64

  init(of conversation: Conversation) {
    let names =
      conversation.tools.map(\.name) + conversation.exchanges.map(\.call.name)
    var taken = Set(names.filter { !$0.contains(".") })
    for name in names where name.contains(".") && spelt[name] == nil {
      let plain = String(name.map { $0 == "." ? "_" : $0 })
      var spelling = plain
      var number = 1
      while !taken.insert(spelling).inserted {
        number += 1
        let end = "_\(number)"
        spelling = String(plain.prefix(Self.nameMax - end.count)) + end
      }
      spelt[name] = spelling
      own[spelling] = name
    }
  }

  /// The conversation with names that a provider takes.
  func spelling(_ conversation: Conversation) -> Conversation {
    guard !spelt.isEmpty else { return conversation }
    var result = conversation
    result.tools = conversation.tools.map { $0.named(spelt[$0.name] ?? $0.name) }
    result.exchanges = conversation.exchanges.map {
      ToolExchange($0.call.named(spelt[$0.call.name] ?? $0.call.name), $0.outcome)
    }
    return result
  }

  /// The turn with the tools' own names.
  func reading(_ completion: Completion) -> Completion {
    guard !spelt.isEmpty, case .toolCalls(let calls) = completion.outcome else {
      return completion
    }
    return Completion(
      .toolCalls(calls.map { $0.named(own[$0.name] ?? $0.name) }), isCut: completion.isCut,
      usage: completion.usage)
  }
}

extension ToolDescription {
  fileprivate func named(_ name: String) -> ToolDescription {
    switch input {
    case .arguments(let arguments):
      ToolDescription(name: name, summary: summary, arguments: arguments)
    case .schema(let schema): ToolDescription(name: name, summary: summary, schema: schema)
    }
  }
}

extension ToolCall {
  fileprivate func named(_ name: String) -> ToolCall {
    ToolCall(id: id, name: name, arguments: arguments)
  }
}
