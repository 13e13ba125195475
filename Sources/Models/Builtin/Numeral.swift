/// Whole numbers as people write them: in digits, in English to ninety-nine, in Chinese.
struct Numeral: Hashable {
  /// The number; digits beyond 64 bits are the largest one.
  let value: Int64
  /// The lexemes that write it.
  let length: Int

  /// The number that the lexemes from `start` on write; nil when they write none.
  init?(_ lexemes: [Lexeme], at start: Int) {
    guard start < lexemes.count else { return nil }
    let first = lexemes[start]
    switch first.kind {
    case .number:
      guard !first.text.utf8.contains(UInt8(ascii: ".")) else { return nil }
      self.init(value: Int64(first.text) ?? .max, length: 1)
    case .word: self.init(english: lexemes[start...])
    case .ideograph: self.init(chinese: lexemes[start...])
    case .symbol: return nil
    }
  }

  private init(value: Int64, length: Int) {
    self.value = value
    self.length = length
  }

  /// What `几` means where a number is asked for.
  static let some = Numeral(value: 5, length: 1)
}

extension Numeral {
  private static let below20 = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
  ]
  private static let tens = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]

  private init?(english lexemes: ArraySlice<Lexeme>) {
    guard let first = lexemes.first?.text else { return nil }
    if let value = Self.below20.firstIndex(of: first) {
      self.init(value: Int64(value), length: 1)
      return
    }
    guard let ten = Self.tens.firstIndex(of: first) else { return nil }
    let value = Int64(20 + 10 * ten)
    // “twenty-five” is three lexemes, “twenty five” two; “twenty - five” is a difference.
    let hyphen = lexemes.dropFirst().first.map { $0.text == "-" && !$0.isSpaced } ?? false
    let rest = hyphen ? 2 : 1
    guard let last = lexemes.dropFirst(rest).first, !(hyphen && last.isSpaced),
      let unit = Self.below20.firstIndex(of: last.text), (1...9).contains(unit)
    else {
      self.init(value: value, length: 1)
      return
    }
    self.init(value: value + Int64(unit), length: rest + 1)
  }
}

extension Numeral {
  private static let digits: [String: Int64] = [
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
  ]
  /// What multiplies the digit before it.
  private static let units: [String: Int64] = ["十": 10, "百": 100, "千": 1_000]
  /// What multiplies everything before it.
  private static let scales: [String: Int64] = ["万": 10_000, "亿": 100_000_000]
  /// 九千九百九十九亿: with more characters a number is none.
  private static let lengthMax = 24

  /// Reads `三`, `十二`, `两百零五`, `三万`, and digits in a row such as `二〇二四`.
  private init?(chinese lexemes: ArraySlice<Lexeme>) {
    var (total, section, digit, length) = (Int64(0), Int64(0), Int64?.none, 0)
    for lexeme in lexemes {
      if let value = Self.digits[lexeme.text] {
        digit = digit.map { $0 * 10 + value } ?? value
      } else if let unit = Self.units[lexeme.text] {
        section += (digit ?? (section == 0 ? 1 : 0)) * unit
        digit = nil
      } else if let scale = Self.scales[lexeme.text], length > 0 {
        total = (total + section + (digit ?? 0)) * scale
        (section, digit) = (0, nil)
      } else {
        break
      }
      length += 1
      guard length <= Self.lengthMax, (digit ?? 0) < Self.digitsMax, total < Self.totalMax else {
        return nil
      }
    }
    guard length > 0 else { return nil }
    self.init(value: total + section + (digit ?? 0), length: length)
  }

  /// Limits far above what people write out, and far below what overflows.
  private static let digitsMax: Int64 = 1_000_000_000, totalMax: Int64 = 1_000_000_000_000
}
