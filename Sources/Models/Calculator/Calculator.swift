/// Arithmetic on exact fractions.
///
///     expression = term { ("+" | "-") term }
///     term       = unary { ("*" | "/" | "%") unary }
///     unary      = ("+" | "-") unary | power
///     power      = primary [ ("^" | "**") unary ]
///     primary    = number | "(" expression ")"
///
/// So `2^3^2` is 512, `-2^2` is -4 and `%` is the remainder with the sign of its left side.
/// Full-width forms and the signs × ÷ − read as their ASCII counterparts; a number may group its
/// digits in threes by commas.
package struct Calculator {
  /// The longest expression, in UTF-8 bytes.
  package static let bytesMax = 1_000
  /// The most levels of parentheses, signs and powers within each other.
  package static let depthMax = 64

  private let tokens: [CalculatorToken]
  private let end: Int
  private var position = 0
  private var depth = 0

  /// The value of `expression`, or what is wrong with it and where.
  package static func value(of expression: String) throws(CalculatorError) -> Rational {
    guard expression.utf8.count <= bytesMax else { throw .tooLong(bytesMax: bytesMax) }
    var reader = CalculatorTokens(expression)
    let tokens = try reader.all()
    guard !tokens.isEmpty else { throw .empty }
    var calculator = Calculator(tokens: tokens, end: expression.utf8.count)
    let value = try calculator.expression()
    if let extra = calculator.peek { throw .unexpected(extra.text, at: extra.offset) }
    return value
  }

  private init(tokens: [CalculatorToken], end: Int) {
    self.tokens = tokens
    self.end = end
  }

  private var peek: CalculatorToken? { position < tokens.count ? tokens[position] : nil }

  /// Takes the next token if it is one of these signs.
  private mutating func take(_ signs: CalculatorToken.Sign...) -> (CalculatorToken.Sign, Int)? {
    guard case .sign(let sign)? = peek?.kind, signs.contains(sign) else { return nil }
    defer { position += 1 }
    return (sign, tokens[position].offset)
  }

  private mutating func expression() throws(CalculatorError) -> Rational {
    var value = try term()
    while let (sign, offset) = take(.plus, .minus) {
      let right = try term()
      value = try Self.fit(value.adding(sign == .plus ? right : right.negated), at: offset)
    }
    return value
  }

  private mutating func term() throws(CalculatorError) -> Rational {
    var value = try unary()
    while let (sign, offset) = take(.times, .over, .modulo) {
      let right = try unary()
      if sign == .times {
        value = try Self.fit(value.multiplied(by: right), at: offset)
        continue
      }
      guard !right.isZero else { throw .divisionByZero(at: offset) }
      let result =
        sign == .modulo
        ? value.remainder(by: right) : right.inverted.flatMap { value.multiplied(by: $0) }
      value = try Self.fit(result, at: offset)
    }
    return value
  }

  private mutating func unary() throws(CalculatorError) -> Rational {
    guard let (sign, offset) = take(.plus, .minus) else { return try power() }
    try enter(at: offset)
    defer { depth -= 1 }
    let value = try unary()
    return sign == .minus ? value.negated : value
  }

  private mutating func power() throws(CalculatorError) -> Rational {
    let base = try primary()
    guard let (_, offset) = take(.power) else { return base }
    try enter(at: offset)
    defer { depth -= 1 }
    let exponent = try unary()
    guard exponent.isWhole else { throw .fractionalExponent(at: offset) }
    if base.isZero, exponent.isNegative { throw .divisionByZero(at: offset) }
    // Only 0, 1 and -1 have powers that large, and theirs depend on nothing but parity.
    let count = exponent.integer ?? (exponent.isEven ? .max - 1 : .max)
    return try Self.fit(base.power(count), at: offset)
  }

  private mutating func primary() throws(CalculatorError) -> Rational {
    guard let token = peek else { throw .incomplete(at: end) }
    if case .number(let number) = token.kind {
      position += 1
      return number
    }
    guard let (_, offset) = take(.open) else {
      throw .unexpected(token.text, at: token.offset)
    }
    try enter(at: offset)
    defer { depth -= 1 }
    let value = try expression()
    guard take(.close) != nil else {
      guard let other = peek else { throw .unclosedParenthesis(at: offset) }
      throw .unexpected(other.text, at: other.offset)
    }
    return value
  }

  private mutating func enter(at offset: Int) throws(CalculatorError) {
    guard depth < Self.depthMax else { throw .tooDeep(at: offset, depthMax: Self.depthMax) }
    depth += 1
  }

  private static func fit(_ value: Rational?, at offset: Int) throws(CalculatorError) -> Rational {
    guard let value else { throw .overflow(at: offset) }
    return value
  }
}
