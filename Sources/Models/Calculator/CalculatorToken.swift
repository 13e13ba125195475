/// A number or a sign of an expression.
struct CalculatorToken {
  /// The signs of arithmetic.
  enum Sign {
    case plus, minus, times, over, modulo, power, open, close
  }

  /// What a token is.
  enum Kind {
    case number(Rational)
    case sign(Sign)
  }

  /// What it is.
  let kind: Kind
  /// As it is written on a plain keyboard, for messages.
  let text: String
  /// Where it begins, in UTF-8 bytes of the expression.
  let offset: Int
}
