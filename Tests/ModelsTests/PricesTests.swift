import Testing

@testable import Models

@Suite("What tokens cost") struct PricesTests {
  private static let bounds = Dollars.zero...Dollars(clamping: 10_000_000_000)

  // swift-format-ignore
  static let texts: [(text: String, micros: Int64, again: String)] = [
    ("0", 0, "0.00"),              ("0.00", 0, "0.00"),           ("2.50", 2_500_000, "2.50"),
    ("2.5", 2_500_000, "2.50"),    ("25", 25_000_000, "25.00"),   ("0.000001", 1, "0.000001"),
    ("0.0123", 12_300, "0.0123"),  ("1.10", 1_100_000, "1.10"),   ("007.25", 7_250_000, "7.25"),
    ("10000", 10_000_000_000, "10000.00"), ("10000.000000", 10_000_000_000, "10000.00"),
    ("00000000000000000000001", 1_000_000, "1.00"),
  ]

  @Test("a decimal number is kept exactly", arguments: texts)
  func reads(_ row: (text: String, micros: Int64, again: String)) throws {
    let amount = try Dollars(row.text, in: Self.bounds)
    #expect(amount.micros == row.micros && amount.text == row.again)
    #expect(try Dollars(amount.text, in: Self.bounds) == amount)
  }

  // swift-format-ignore
  static let mistakes: [(text: String, problem: DollarsProblem)] = [
    ("", .notDecimal),     (".", .notDecimal),      (".5", .notDecimal),   ("1.", .notDecimal),
    ("-1", .notDecimal),   ("+1", .notDecimal),     ("$1", .notDecimal),   ("1,5", .notDecimal),
    ("1.2.3", .notDecimal), ("1e3", .notDecimal),   (" 1", .notDecimal),   ("1 ", .notDecimal),
    ("0x10", .notDecimal), ("nan", .notDecimal),    ("٣", .notDecimal),    ("1.5\0", .notDecimal),
    ("0.0000001", .tooFine), ("2.5000000", .tooFine),
    ("10000.000001", .outside(bounds)), ("9999999999", .outside(bounds)),
    ("9223372036854775808", .outside(bounds)), (String(repeating: "9", count: 400), .outside(bounds)),
  ]

  @Test("a text that is no amount is refused for its reason", arguments: mistakes)
  func refuses(_ row: (text: String, problem: DollarsProblem)) {
    #expect(throws: row.problem) { try Dollars(row.text, in: Self.bounds) }
  }

  @Test("the bounds of a range are within it, and what is beside them is not")
  func ranges() throws {
    let range = try Dollars("0.50", in: Self.bounds)...Dollars("1.50", in: Self.bounds)
    for text in ["0.5", "1.5"] { #expect(range.contains(try Dollars(text, in: range))) }
    for text in ["0.499999", "1.500001"] {
      #expect(throws: DollarsProblem.outside(range)) { try Dollars(text, in: range) }
    }
    #expect(DollarsProblem.outside(range).message.contains("0.50 to 1.50"))
  }

  @Test("sums end at the greatest amount, and nothing is owed")
  func ends() {
    #expect(Dollars.most + .most == .most && Dollars.most + Dollars(clamping: 1) == .most)
    #expect(Dollars(clamping: .max) == .most && Dollars(clamping: .min) == .zero)
    #expect(Dollars(clamping: 1) - Dollars(clamping: 2) == .zero)
    #expect(Dollars.most.micros == (1 << 53) - 1 && Dollars.most.text == "9007199254.740991")
  }

  // swift-format-ignore
  static let turns: [(prompt: Int, completion: Int, input: Int64, output: Int64, micros: Int64)] = [
    (0, 0, 2_500_000, 10_000_000, 0),
    (1, 0, 2_500_000, 10_000_000, 3),                  // 2.5, rounded up
    (1_000_000, 0, 1, 10_000_000, 1),
    (1, 1, 1, 1, 1),                                   // once for both, not once for each
    (999_999, 1, 1, 1, 1),
    (1_000_000, 1, 1, 1, 2),
    (1_000, 500, 2_500_000, 10_000_000, 7_500),
    (123_456, 7_890, 150_000, 600_000, 23_253),        // 18,518.4 + 4,734
    (5_000, 5_000, 0, 0, 0),
    (1_000_000_000, 1_000_000_000, 10_000_000_000, 10_000_000_000, 20_000_000_000_000),
    (.max, .max, 10_000_000_000, 10_000_000_000, Dollars.most.micros),
    (.max, .max, .max, .max, Dollars.most.micros),
    (.min, -1, .max, .max, 0),                         // no provider pays
  ]

  @Test(
    "a turn costs what its tokens do, rounded up once and never above the most", arguments: turns)
  func costs(_ row: (prompt: Int, completion: Int, input: Int64, output: Int64, micros: Int64)) {
    let prices = TokenPrices(
      input: Dollars(clamping: row.input), output: Dollars(clamping: row.output))
    let usage = Usage(promptTokens: row.prompt, completionTokens: row.completion)
    #expect(prices.cost(of: usage).micros == row.micros)
  }
}
