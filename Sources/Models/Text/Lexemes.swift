/// Cuts text into lexemes.
struct Lexemes: Sequence, IteratorProtocol {
  /// The most Unicode scalars of one lexeme; what is longer continues in the next one.
  static let scalarsMax = 256

  private let scalars: Substring.UnicodeScalarView
  private var position: String.Index
  private var text = String.UnicodeScalarView()
  private var room = 0

  /// The lexemes of `text`, first to last.
  init(_ text: some StringProtocol) {
    scalars = Substring(text).unicodeScalars
    position = scalars.startIndex
  }

  mutating func next() -> Lexeme? {
    var isSpaced = false
    while let scalar = peek(), scalar.kind == .space {
      isSpaced = true
      scalars.formIndex(after: &position)
    }
    guard let first = peek() else { return nil }
    text = String.UnicodeScalarView()
    room = Self.scalarsMax
    let kind = takeLexeme(of: first.kind)
    return Lexeme(kind: kind, text: String(text), isSpaced: isSpaced)
  }

  private func peek() -> Unicode.Scalar? {
    position < scalars.endIndex ? scalars[position].folded : nil
  }

  private func peekAfter() -> Unicode.Scalar? {
    let after = scalars.index(after: position)
    return after < scalars.endIndex ? scalars[after].folded : nil
  }

  /// Takes what begins here and says what it is.
  private mutating func takeLexeme(of first: ScalarKind) -> Lexeme.Kind {
    switch first {
    case .letter:
      takeWord()
      return .word
    case .digit, .symbol: return takeNumberOrSymbol()
    case .ideograph:
      take()
      return .ideograph
    case .space, .mark:
      take()
      return .symbol
    }
  }

  private mutating func takeNumberOrSymbol() -> Lexeme.Kind {
    guard let number = WrittenNumber(scalars[position...], scalarsMax: Self.scalarsMax) else {
      take()
      return .symbol
    }
    take(number)
    // “3rd” and “4x4” are words, not numbers with something behind them.
    guard peek()?.kind == .letter else { return .number }
    takeWord()
    return .word
  }

  private mutating func take() {
    guard let scalar = peek() else { return }
    scalars.formIndex(after: &position)
    room -= 1
    if !scalar.isASCII, scalar.properties.changesWhenLowercased {
      text.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    } else {
      text.append(scalar)
    }
  }

  private mutating func takeWord() {
    while let scalar = peek(), room > 0 {
      switch scalar.kind {
      case .letter, .digit, .mark: take()
      case .symbol where scalar == "'" && peekAfter()?.kind == .letter: take()
      case .space, .ideograph, .symbol: return
      }
    }
  }

  private mutating func take(_ number: WrittenNumber) {
    text.append(contentsOf: number.text.unicodeScalars)
    scalars.formIndex(&position, offsetBy: number.length)
    room -= number.length
  }
}
