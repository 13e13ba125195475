/// Finds expressions that an input wants to have worked out.
///
/// `24/7` in the middle of a sentence is not a wish: an expression counts only where it stands
/// alone in its sentence, or between words that ask for its value or join it to another wish.
struct ArithmeticFinder {
  /// An expression found.
  struct Match: Hashable {
    /// The expression, in signs of a plain keyboard.
    let expression: String
    /// The lexemes it covers.
    let range: Range<Int>
  }

  private let lexemes: [Lexeme]

  /// Looks through the lexemes of one sentence.
  init(_ lexemes: [Lexeme]) {
    self.lexemes = lexemes
  }

  /// The expressions, first to last.
  var matches: [Match] {
    let runs = runs
    var matches: [Match] = []
    for (index, run) in runs.enumerated() {
      let previous = index > 0 ? runs[index - 1] : nil
      let next = index + 1 < runs.count ? runs[index + 1] : nil
      guard run.isExpression || run.isBegun && isAlone(run),
        !isTorn(previous, run), !isTorn(run, next),
        asksBefore(run.range.lowerBound, previous?.range.upperBound),
        asksAfter(run.range.upperBound, next?.range.lowerBound)
      else { continue }
      matches.append(Match(expression: run.expression, range: run.range))
    }
    return matches
  }

  /// Whether nothing but the run says anything in the sentence.
  private func isAlone(_ run: Run) -> Bool {
    let around = lexemes[..<run.range.lowerBound] + lexemes[run.range.upperBound...]
    return around.allSatisfy { Self.transparent.contains($0.text) }
  }

  /// Whether the two are pieces of something else that a sign without space holds together, such as
  /// `1.234,5 + 1`, `9:30-10:00` or `1'000`: a value of one piece would be wrong.
  private func isTorn(_ left: Run?, _ right: Run?) -> Bool {
    guard let left, let right, left.range.upperBound + 1 == right.range.lowerBound,
      !(left.isExpression && right.isExpression)
    else { return false }
    let sign = lexemes[left.range.upperBound]
    return sign.kind == .symbol && sign.text != "=" && !sign.isSpaced
      && !lexemes[right.range.lowerBound].isSpaced
  }

  /// Whether what stands before `position` leaves room for a wish.
  private func asksBefore(_ position: Int, _ previousEnd: Int?) -> Bool {
    var before = position
    while before > 0, Self.transparent.contains(lexemes[before - 1].text), before != previousEnd {
      before -= 1
    }
    return before == 0 || before == previousEnd || Self.leading.contains(lexemes[before - 1].text)
  }

  /// Whether what stands from `position` on leaves room for a wish.
  private func asksAfter(_ position: Int, _ nextStart: Int?) -> Bool {
    var after = position
    while after < lexemes.count, Self.transparent.contains(lexemes[after].text), after != nextStart
    {
      after += 1
    }
    return after == lexemes.count || after == nextStart
      || Self.trailing.contains(lexemes[after].text)
  }

  /// Signs that change nothing between an expression and the words around it.
  private static let transparent: Set<String> = [
    ",", ".", ":", ";", "?", "!", "\"", "'", "`", "。", "、", "“", "”", "「", "」", "…", "=", "$",
  ]

  /// Words before an expression that ask for its value.
  private static let leading: Set<String> = [
    "is", "what's", "whats", "calculate", "compute", "evaluate", "solve", "of", "and", "then",
    "are", "work", "out", "does", "please", "also", "do", "make", "makes", "much", "result",
    "算", "下", "是", "求", "出", "和", "与", "及", "再", "问", "看", "把", "请", "道", "然", "后", "于",
    "得", "并",
  ]

  /// Words after an expression that ask for its value or begin something else.
  private static let trailing: Set<String> = [
    "and", "then", "please", "equal", "equals", "is", "make", "makes", "give", "gives", "now",
    "thanks", "also", "for", "as",
    "是", "等", "得", "多", "的", "和", "与", "再", "然", "并", "吧", "呢", "吗", "谢", "结",
  ]
}

extension ArithmeticFinder {
  /// Lexemes in a row that may be an expression, rewritten in signs of a plain keyboard.
  private struct Run {
    var range: Range<Int>
    var pieces: [(text: String, isSpaced: Bool)] = []

    var expression: String {
      pieces.enumerated().map { index, piece in
        (piece.isSpaced && index > 0 ? " " : "") + piece.text
      }.joined()
    }

    /// Whether there is something to work out: two numbers or more, and something to do with them.
    var isExpression: Bool {
      let signs = pieces.dropFirst().filter { ArithmeticFinder.operators.contains($0.text) }
      return numbers.count >= 2 && !signs.isEmpty && !isDate(numbers)
    }

    /// Whether an expression was begun: one number and something to do with it, be it `12*)`.
    var isBegun: Bool {
      // “50%” is a number.
      let signs = pieces.dropFirst().filter {
        ArithmeticFinder.operators.contains($0.text) && $0.text != "%"
      }
      return numbers.count == 1 && !signs.isEmpty
    }

    var endsInNumber: Bool { pieces.last.map { Self.isNumber($0.text) } ?? false }

    private var numbers: [String] { pieces.map(\.text).filter(Self.isNumber) }

    private static func isNumber(_ piece: String) -> Bool {
      piece.utf8.last.map { (0x30...0x39).contains($0) } ?? false
    }

    /// Whether this is a date or a telephone number: numbers and hyphens without a space, and
    /// either year, month and day or a leading zero.
    private func isDate(_ numbers: [String]) -> Bool {
      guard numbers.count * 2 - 1 == pieces.count, numbers.count >= 2,
        pieces.dropFirst().allSatisfy({ !$0.isSpaced }),
        pieces.filter({ $0.text == "-" }).count == numbers.count - 1
      else { return false }
      return numbers.count == 3 && numbers[0].utf8.count == 4
        || numbers.contains { $0.utf8.count > 1 && $0.utf8.first == 0x30 && !$0.contains(".") }
    }
  }

  private static let operators: Set<String> = ["+", "-", "*", "/", "%", "^"]
  private static let signs = operators.union(["(", ")"])

  /// Whether folded scalars are digits, signs and spaces alone, and any of them is an operator.
  static func isExpression(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
    var hasOperator = false
    for scalar in scalars where scalar.kind != .digit && scalar.kind != .space {
      guard signs.contains(String(scalar)) || scalar == "." else { return false }
      hasOperator = hasOperator || operators.contains(String(scalar))
    }
    return hasOperator
  }

  /// Words that mean signs; longer ones stand before shorter ones that begin them.
  // swift-format-ignore
  private static let wordings: [(words: [String], signs: [String])] = [
    (["multiplied", "by"], ["*"]), (["divided", "by"], ["/"]), (["to", "the", "power", "of"], ["^"]),
    (["%", "of"], ["/", "100", "*"]), (["plus"], ["+"]), (["minus"], ["-"]), (["times"], ["*"]),
    (["x"], ["*"]), (["modulo"], ["%"]), (["mod"], ["%"]), (["乘", "以"], ["*"]), (["除", "以"], ["/"]),
    (["加", "上"], ["+"]), (["减", "去"], ["-"]), (["加"], ["+"]), (["减"], ["-"]), (["乘"], ["*"]),
  ]

  private var runs: [Run] {
    var runs: [Run] = []
    var position = 0
    while position < lexemes.count {
      let run = run(from: position)
      if !run.pieces.isEmpty { runs.append(run) }
      position = max(run.range.upperBound, position + 1)
    }
    return runs
  }

  private func run(from start: Int) -> Run {
    var run = Run(range: start..<start)
    var position = start
    var followsWord = false
    while position < lexemes.count {
      let lexeme = lexemes[position]
      if !run.pieces.isEmpty, let (words, signs) = wording(at: position) {
        run.pieces += signs.map { ($0, true) }
        followsWord = true
        position += words.count
      } else if lexeme.kind == .number || Self.signs.contains(lexeme.text) {
        run.pieces.append((lexeme.text, lexeme.isSpaced || followsWord))
        followsWord = false
        position += 1
      } else if !run.endsInNumber, let number = Numeral(lexemes, at: position) {
        // A word behind a number is no part of it, as in “3+4 一共多少”.
        run.pieces.append(("\(number.value)", true))
        followsWord = true
        position += number.length
      } else {
        break
      }
    }
    run.range = start..<position
    return run
  }

  private func wording(at position: Int) -> (words: [String], signs: [String])? {
    Self.wordings.first { lexemes[position...].prefix($0.words.count).map(\.text) == $0.words }
  }
}
