internal import Models

/// Shortens what the calls of a turn were given and gave, until it fits into what a model takes in.
///
/// None is left out, and the newest stay whole as long as they can: an agent knows what it has
/// done.
struct Compaction {
  /// One way of shortening, the mildest first: scalars of a text, for the newest calls and for all
  /// before them; nil leaves it whole.
  private static let levels: [(older: Int, newest: Int?)] = [
    (older: 800, newest: nil), (older: 100, newest: nil), (older: 100, newest: 4000),
    (older: 100, newest: 400),
  ]
  /// Calls whose results an agent is most likely to need yet.
  private static let newestCount = 2

  /// The calls as an agent reads them from now on, and the tokens that this saves; nil where
  /// nothing can be saved.
  static func shorten(
    _ conversation: Conversation, to tokensMax: Int
  ) -> (exchanges: [ToolExchange], saved: Int)? {
    let before = conversation.promptTokens
    var shorter = conversation
    for level in levels {
      let end = conversation.exchanges.count - newestCount
      shorter.exchanges = conversation.exchanges.enumerated().map { place, exchange in
        (place < end ? level.older : level.newest).map { exchange.shortened(to: $0) } ?? exchange
      }
      if shorter.promptTokens <= tokensMax { break }
    }
    let saved = before - shorter.promptTokens
    return saved > 0 ? (shorter.exchanges, saved) : nil
  }
}

extension ToolExchange {
  /// The same with shorter texts.
  fileprivate func shortened(to scalarsMax: Int) -> ToolExchange {
    let arguments = call.arguments.map {
      ToolArgument($0.name, $0.value.shortened(to: scalarsMax))
    }
    let shorter = ToolCall(id: call.id, name: call.name, arguments: arguments)
    switch outcome {
    case .answered(.text(let text)):
      return ToolExchange(
        shorter, .answered(.text(Excerpt.clipped(text, scalarsMax: scalarsMax))))
    case .answered(let value):
      let text = value.plainText
      let isShort = text.unicodeScalars.count <= scalarsMax
      return ToolExchange(
        shorter,
        .answered(isShort ? value : .text(Excerpt.clipped(text, scalarsMax: scalarsMax))))
    case .failed: return ToolExchange(shorter, outcome)
    }
  }
}

extension ToolValue {
  fileprivate func shortened(to scalarsMax: Int) -> ToolValue {
    guard case .text(let text) = self else { return self }
    return .text(Excerpt.clipped(text, scalarsMax: scalarsMax))
  }
}
