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
    var kind = kind(of: first)
    switch kind {
    case .number:
      takeNumber()
      // “3rd” and “4x4” are words, not numbers with something behind them.
      if peek()?.kind == .letter {
        kind = .word
        takeWord()
      }
    case .word: takeWord()
    case .ideograph, .symbol: take()
    }
    return Lexeme(kind: kind, text: String(text), isSpaced: isSpaced)
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    var index = position
    for _ in 0..<distance {
      guard index < scalars.endIndex else { return nil }
      scalars.formIndex(after: &index)
    }
    return index < scalars.endIndex ? scalars[index].folded : nil
  }

  private func kind(of first: Unicode.Scalar) -> Lexeme.Kind {
    switch first.kind {
    case .digit: .number
    case .letter: .word
    case .ideograph: .ideograph
    case .symbol: first == "." && peek(1)?.kind == .digit ? .number : .symbol
    case .space, .mark: .symbol
    }
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
      case .symbol where scalar == "'" && peek(1)?.kind == .letter: take()
      case .space, .ideograph, .symbol: return
      }
    }
  }

  private mutating func takeNumber() {
    var hasFraction = false
    while let scalar = peek(), room > 0 {
      if scalar.kind == .digit {
        take()
      } else if scalar == ".", !hasFraction, peek(1)?.kind == .digit {
        hasFraction = true
        take()
      } else if scalar == ",", !hasFraction, isGroupAhead {
        scalars.formIndex(after: &position)
      } else {
        return
      }
    }
  }

  /// Whether a comma and exactly three digits stand here, as in 12,000.
  private var isGroupAhead: Bool {
    (1...3).allSatisfy { peek($0)?.kind == .digit } && peek(4)?.kind != .digit
  }
}
