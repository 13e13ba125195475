/// Small whole numbers as people write them.
enum Numeral {
  private static let words: [String: Int64] = [
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9, "十": 10, "几": 5,
  ]

  /// The number a lexeme writes; digits beyond 64 bits are the largest number.
  static func value(of lexeme: Lexeme) -> Int64? {
    switch lexeme.kind {
    case .number where lexeme.text.utf8.contains(0x2E): nil
    case .number: Int64(lexeme.text) ?? .max
    case .word, .ideograph: words[lexeme.text]
    case .symbol: nil
    }
  }
}
