/// Why an expression has no value; offsets are in UTF-8 bytes of the expression, from 0.
package enum CalculatorError: Error, Hashable, Sendable {
  case empty
  case tooLong(bytesMax: Int)
  case tooDeep(at: Int, depthMax: Int)
  /// A sign that no expression has here.
  case unexpected(String, at: Int)
  /// The expression ends where a number should be.
  case incomplete(at: Int)
  case unclosedParenthesis(at: Int)
  case divisionByZero(at: Int)
  /// The exponent is not a whole number.
  case fractionalExponent(at: Int)
  /// A number or a result has more than about 38 digits above or below the fraction bar.
  case overflow(at: Int)
}

extension CalculatorError {
  /// The error in the form that is stored and shown.
  package var failure: ToolFailure {
    switch self {
    case .empty: Self.failure("empty_expression", "the expression is empty", nil)
    case .tooLong(let bytesMax):
      Self.failure("expression_too_long", "the expression is longer than \(bytesMax) bytes", nil)
    case .tooDeep(let offset, let depthMax):
      Self.failure("expression_too_deep", "more than \(depthMax) levels", offset)
    case .unexpected(let sign, let offset):
      Self.failure("unexpected_sign", "unexpected “\(sign)”", offset)
    case .incomplete(let offset):
      Self.failure("expression_incomplete", "a number is missing", offset)
    case .unclosedParenthesis(let offset):
      Self.failure("unclosed_parenthesis", "the parenthesis is not closed", offset)
    case .divisionByZero(let offset): Self.failure("division_by_zero", "division by zero", offset)
    case .fractionalExponent(let offset):
      Self.failure("fractional_exponent", "the exponent is not a whole number", offset)
    case .overflow(let offset): Self.failure("overflow", "the number is too large", offset)
    }
  }

  private static func failure(_ code: String, _ what: String, _ offset: Int?) -> ToolFailure {
    let place = offset.map { " at offset \($0)" } ?? ""
    return ToolFailure(code: code, message: what + place, offset: offset)
  }
}
