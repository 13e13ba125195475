/// Why a tool did not do what it was asked.
package enum ToolError: Error, Hashable, Sendable {
  case unknownTool(String)
  case unknownArgument(String)
  case repeatedArgument(String)
  case missingArgument(String)
  case wrongKind(String, ToolDescription.Argument.Kind)
  case tooLong(String, bytesMax: Int)
  case outOfRange(String, ClosedRange<Int64>)
  case notAChoice(String, [String])
  /// The expression has no value; the error says where.
  case calculation(CalculatorError)
  /// What the tool reads from could not be reached; the reason may be read by strangers.
  case unavailable(reason: String)
  /// What the tool works on says no; code and reason may be read by strangers.
  case refused(code: String, reason: String)
  /// All arguments together are too long.
  case tooLarge(bytesMax: Int)
  /// What a tool says that runs elsewhere, in its own words.
  case outside(code: String, message: String)
}

extension ToolError {
  /// The error in the form that is stored and shown.
  package var failure: ToolFailure {
    switch self {
    case .unknownTool(let name): Self.failure("unknown_tool", "there is no tool \(name)")
    case .unknownArgument(let name):
      Self.failure("unknown_argument", "there is no argument \(name)")
    case .repeatedArgument(let name):
      Self.failure("repeated_argument", "the argument \(name) is given twice")
    case .missingArgument(let name):
      Self.failure("missing_argument", "the argument \(name) is missing")
    case .wrongKind(let name, let kind):
      Self.failure("wrong_kind", "the argument \(name) must be \(kind.noun)")
    case .tooLong(let name, let bytesMax):
      Self.failure("too_long", "the argument \(name) is longer than \(bytesMax) bytes")
    case .outOfRange(let name, let range):
      Self.failure(
        "out_of_range",
        "the argument \(name) must be from \(range.lowerBound) to \(range.upperBound)")
    case .notAChoice(let name, let choices):
      Self.failure(
        "not_a_choice", "the argument \(name) must be one of \(choices.joined(separator: ", "))")
    case .calculation(let error): error.failure
    case .unavailable(let reason): Self.failure("unavailable", reason)
    case .refused(let code, let reason): Self.failure(code, reason)
    case .tooLarge(let bytesMax):
      Self.failure("too_large", "the arguments are longer than \(bytesMax) bytes")
    case .outside(let code, let message):
      ToolFailure(
        code: code, message: Excerpt.clipped(message, scalarsMax: Self.outsideMax), offset: nil)
    }
  }

  private static func failure(_ code: String, _ message: String) -> ToolFailure {
    ToolFailure(
      code: code, message: Excerpt.clipped(message, scalarsMax: messageMax), offset: nil)
  }

  /// The most scalars of a message; it may repeat a name of any length.
  private static let messageMax = 200
  /// The same of what a tool says that runs elsewhere: a model may learn from it what to do.
  private static let outsideMax = 4_096
}

extension ToolDescription.Argument.Kind {
  fileprivate var noun: String {
    switch self {
    case .text: "a text"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .choice: "a text"
    }
  }
}
