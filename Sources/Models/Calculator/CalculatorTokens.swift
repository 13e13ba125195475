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
      switch scalar.kind {
      case .space: position += 1
      case .digit: tokens.append(try number())
      case .symbol where scalar == "." && peek(1)?.kind == .digit: tokens.append(try number())
      case .symbol, .letter, .ideograph, .mark: tokens.append(try sign())
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

  private mutating func number() throws(CalculatorError) -> CalculatorToken {
    let start = position
    var digits: [UInt8] = []
    var fraction: Int?
    while let scalar = peek() {
      if scalar.kind == .digit {
        digits.append(UInt8(scalar.value - 0x30))
        fraction = fraction.map { $0 + 1 }
      } else if scalar == ".", fraction == nil, peek(1)?.kind == .digit {
        fraction = 0
      } else if scalar != "," || fraction != nil || !isGroupAhead {
        break
      }
      position += 1
    }
    guard let number = Rational(digits: digits, fraction: fraction ?? 0) else {
      throw .overflow(at: offsets[start])
    }
    let text = text(of: start..<position)
    return CalculatorToken(kind: .number(number), text: text, offset: offsets[start])
  }

  /// Whether a comma and exactly three digits stand here, as in 12,000.
  private var isGroupAhead: Bool {
    (1...3).allSatisfy { peek($0)?.kind == .digit } && peek(4)?.kind != .digit
  }

  private func text(of range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }
}
