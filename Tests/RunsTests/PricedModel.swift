import Models
import Wire

/// A model that tells of the same usage in every turn, whatever it says, at a price.
struct PricedModel: Model {
  let prices: TokenPrices?
  let usage: Usage

  var name: String { "priced/1" }

  /// Gives the task to a group where it is asked to by the group's name, calls the calculator
  /// where it is asked for sums, and says `done` when that is over.
  nonisolated(nonsending) func complete(
    _ conversation: Conversation, emit: TokenSink
  ) async throws(ModelError) -> Completion {
    let made = conversation.exchanges.count
    if conversation.input.hasPrefix("grp_"), made == 0 {
      let call = ToolCall(
        id: "call_1", name: "group_run",
        arguments: [
          ToolArgument("group_id", .text(conversation.input)), ToolArgument("task", .text("help")),
        ])
      return Completion(.toolCalls([call]), isCut: false, usage: usage)
    }
    if conversation.input == "sums", made < 4 {
      let call = ToolCall(
        id: "call_\(made + 1)", name: "calculator",
        arguments: [ToolArgument("expression", .text("\(made) + 1"))])
      return Completion(.toolCalls([call]), isCut: false, usage: usage)
    }
    try await emit("done", 0)
    return Completion(.answer("done"), isCut: false, usage: usage)
  }
}

/// Has every run answered by a priced model.
struct PricedSource: ModelSource {
  var prices: TokenPrices?
  var usage = Usage(promptTokens: 1000, completionTokens: 100)

  nonisolated(nonsending) func model(
    for _: ModelRequest
  ) async throws(ModelError) -> any Model {
    PricedModel(prices: prices, usage: usage)
  }
}

extension TokenPrices {
  /// By which a turn of the source's usage costs 3,500 millionths.
  static let sample = TokenPrices(
    input: Dollars(clamping: 2_500_000), output: Dollars(clamping: 10_000_000))
}
