/// All that a model knows when it is asked for the next turn.
package struct Conversation: Hashable, Sendable {
  /// Instructions that stand before everything else.
  package var system: String?
  /// What was said in the session before this run, oldest first.
  package var messages: [Message]
  /// What this run was asked.
  package var input: String
  /// The tool calls of this run and what came of them, oldest first.
  package var exchanges: [ToolExchange]
  /// What was said while the run went on, in its order.
  package var remarks: [Remark]
  /// The tools the model may ask for.
  package var tools: [ToolDescription]
  /// The most tool calls this run may make; at the limit a model has to answer with what it has.
  package var toolCallsMax: Int
  /// The time of the turn, in milliseconds since 1970-01-01T00:00:00Z.
  package var now: Int64
  /// How the answer should be made.
  package var parameters: Parameters

  package init(
    system: String?, messages: [Message], input: String, exchanges: [ToolExchange],
    remarks: [Remark] = [], tools: [ToolDescription], toolCallsMax: Int, now: Int64,
    parameters: Parameters
  ) {
    self.system = system
    self.messages = messages
    self.input = input
    self.exchanges = exchanges
    self.remarks = remarks
    self.tools = tools
    self.toolCallsMax = toolCallsMax
    self.now = now
    self.parameters = parameters
  }
}

extension Conversation {
  /// One thing said earlier in the session.
  package struct Message: Hashable, Sendable {
    /// Who spoke.
    package enum Speaker: String, Sendable {
      case user, assistant
    }

    /// Who said it.
    package let speaker: Speaker
    /// What was said.
    package let text: String

    package init(_ speaker: Speaker, _ text: String) {
      self.speaker = speaker
      self.text = text
    }
  }

  /// A message between two calls of the run.
  package struct Remark: Hashable, Sendable {
    /// The calls before it.
    package let after: Int
    /// What was said.
    package let message: Message

    package init(after: Int, _ message: Message) {
      self.after = after
      self.message = message
    }
  }

  /// What follows the input.
  package enum Turn: Hashable, Sendable {
    case exchange(ToolExchange)
    case message(Message)
  }

  /// Calls and remarks in their one order.
  package var course: [Turn] {
    var turns: [Turn] = []
    var rest = remarks[...].filter { !$0.message.text.isEmpty }[...]
    func take(upTo place: Int) {
      while let remark = rest.first, remark.after <= place {
        turns.append(.message(remark.message))
        rest = rest.dropFirst()
      }
    }
    for (place, exchange) in exchanges.enumerated() {
      take(upTo: place)
      turns.append(.exchange(exchange))
    }
    take(upTo: .max)
    return turns
  }

  /// What people asked for: the input and what they said since.
  package var asked: String {
    let said = remarks.map(\.message).filter { $0.speaker == .user }.map(\.text)
    return ([input] + said).joined(separator: "\n")
  }

  /// How the answer should be made.
  package struct Parameters: Hashable, Sendable {
    /// 0 to 2; a deterministic model has no use for it.
    package var temperature: Double?
    /// The most tokens of the answer.
    package var maxTokens: Int?

    package init(temperature: Double?, maxTokens: Int?) {
      self.temperature = temperature
      self.maxTokens = maxTokens
    }
  }

  /// The tokens of everything the model reads, as `Tokenizer` counts them.
  package var promptTokens: Int {
    var count = Tokenizer.count(input)
    count += system.map(Tokenizer.count) ?? 0
    for message in messages { count += Tokenizer.count(message.text) }
    for exchange in exchanges { count += exchange.tokens }
    for remark in remarks { count += Tokenizer.count(remark.message.text) }
    return count
  }
}
