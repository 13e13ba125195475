@testable import Models

extension Conversation {
  /// A question and nothing else.
  static let question = Conversation(
    system: nil, messages: [], input: "Hello?", exchanges: [], tools: [], toolCallsMax: 256,
    now: Transcript.now, parameters: Transcript.parameters)
}

/// One turn as its caller saw it.
struct Turn: Equatable {
  var tokens: [String] = []
  var completion: Completion?
  var error: ModelError?

  /// Asks `model` for a turn; indices that are not 0, 1, 2… become an error.
  init(of model: RemoteModel, _ conversation: Conversation = .question) async {
    var said: [String] = []
    do throws(ModelError) {
      completion = try await model.complete(conversation) { (token, index) throws(ModelError) in
        guard index == said.count else { throw .upstream(code: "TEST", message: "\(index)") }
        said.append(token)
      }
    } catch {
      self.error = error
    }
    tokens = said
  }

  /// Reads a stream that arrives in these pieces.
  init(
    _ dialect: ProviderDialect, _ pieces: [some Sequence<UInt8>],
    limits: TurnLimits = TurnLimits(), _ conversation: Conversation = .question
  ) {
    var reader = TurnReader(dialect.row, limits: limits)
    do throws(AttemptFailure) {
      for piece in pieces where !reader.isOver {
        reader.append(Array(piece))
        while let token = try reader.next() { tokens.append(token) }
      }
      completion = try reader.completion(of: conversation)
    } catch {
      self.error = error.error
    }
  }

  /// The code of the error that ended the turn.
  var code: String? { error?.code }
}
