/// Cuts an expression into tokens.
struct CalculatorTokens {
  private let scalars: [Unicode.Scalar]
  private let offsets: [Int]
  private var position = 0

  /// The expression is as long as the calculator allows at most.
  init(_ expression: String) {
    scalars = expression.unicodeScalars.map(\.folded)
    var offset = 0
    offsets = expression.unicodeScalars.map { scalar in
      defer { offset += scalar.utf8.count }
      return offset
    }
  }

  /// The tokens, first to last; refuses signs that no expression has, and numbers too large.
  mutating func all() throws(CalculatorError) -> [CalculatorToken] {
    var tokens: [CalculatorToken] = []
    while let scalar = peek() {
      if scalar.kind == .space {
        position += 1
      } else if let number = WrittenNumber(scalars[position...], scalarsMax: Calculator.bytesMax) {
        tokens.append(try token(number))
        position += number.length
      } else {
        tokens.append(try sign())
      }
    }
    return tokens
  }

  private static let signs: [String: CalculatorToken.Sign] = [
    "+": .plus, "-": .minus, "*": .times, "/": .over, "%": .modulo, "^": .power, "**": .power,
    "(": .open, ")": .close,
  ]

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  private mutating func sign() throws(CalculatorError) -> CalculatorToken {
    let offset = offsets[position]
    let length = peek() == "*" && peek(1) == "*" ? 2 : 1
    let text = text(of: position..<position + length)
    guard let sign = Self.signs[text] else { throw .unexpected(text, at: offset) }
    position += length
    return CalculatorToken(kind: .sign(sign), text: text, offset: offset)
  }

  private func token(_ number: WrittenNumber) throws(CalculatorError) -> CalculatorToken {
    guard let value = Rational(digits: number.digits, fraction: number.fraction) else {
      throw .overflow(at: offsets[position])
    }
    let text = text(of: position..<position + number.length)
    return CalculatorToken(kind: .number(value), text: text, offset: offsets[position])
  }

  private func text(of range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }
}
