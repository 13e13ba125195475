import Testing

@testable import Models

@Suite struct CalculatorTests {
  // swift-format-ignore
  static let values: [(String, String)] = [
    ("84", "12 * (3 + 4)"), ("256", "2^10 / 4"), ("1", "1"), ("-1", "-1"), ("3", "+3"), ("3", "--3"),
    // Precedence and side.
    ("7", "1 + 2 * 3"), ("5", "10 - 3 - 2"), ("512", "2^3^2"), ("-4", "-2^2"), ("4", "(-2)^2"),
    ("0.125", "2^-3"), ("2", "16 / 4 / 2"), ("18", "2 * 3^2"), ("8", "2**3"), ("1", "10 % 3 % 2 * 1"),
    ("-1", "-7 % 3"), ("1", "7 % -3"), ("0.5", "5.5 % 1"), ("8", "2 - -6"), ("-12", "4 * -3"),
    // Decimals are exact.
    ("0.3", "0.1 + 0.2"), ("0.01", ".1 * .1"), ("1", "0.1 * 10"), ("2.5", "5 / 2"), ("-0.5", "1/-2"),
    ("0.333333333333… (exactly 1/3)", "1/3"), ("-1.142857142857… (exactly -8/7)", "-8/7"), ("1", "1/3 * 3"),
    ("0.0000000000000000000000000000000000001", "10^-37"),
    // Powers of nothing much.
    ("1", "0^0"), ("0", "0^5"), ("1", "1^99999999999999999999"), ("-1", "(-1)^99999999999999999999"),
    ("1", "(-1)^-99999999999999999998"), ("0", "0^99999999999999999999"),
    // Large whole numbers.
    ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
    ("-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727"),
    ("100000000000000000000000000000000000000", "10^38"),
    ("1000000", "10^38 / 10^32"), ("1", "10^38 - 10^38 + 1"), ("3000", "1,000 + 2,000"), ("12000.5", "12,000.5"),
    // As it is written elsewhere.
    ("84", "１２×（３＋４）"), ("4", "8÷2"), ("1", "3−2"), ("6", "\t2\n*　3 "),
  ]

  @Test("an expression has its exact value", arguments: values)
  func value(_ value: String, of expression: String) throws {
    #expect(try Calculator.value(of: expression).text == value)
  }

  // swift-format-ignore
  static let refusals: [(CalculatorError, String)] = [
    (.empty, ""), (.empty, "  "), (.incomplete(at: 3), "1 +"), (.incomplete(at: 1), "("), (.incomplete(at: 3), "2 ^"),
    (.unexpected(")", at: 0), ")"), (.unexpected(")", at: 1), "()"), (.unexpected(")", at: 3), "1+1)"),
    (.unclosedParenthesis(at: 0), "(1"), (.unclosedParenthesis(at: 0), "((1)"), (.unclosedParenthesis(at: 2), "1+(1"), (.unexpected("*", at: 2), "1+*2"),
    (.unexpected("2", at: 2), "1 2"), (.unexpected("(", at: 1), "2(3)"), (.unexpected("a", at: 0), "abc"),
    (.unexpected("e", at: 1), "1e5"), (.unexpected("好", at: 2), "1+好"), (.unexpected(".", at: 1), "1."),
    (.unexpected(".2", at: 3), "1.1.2"), (.unexpected(",", at: 1), "1,00"), (.unexpected("=", at: 1), "1=1"),
    (.unexpected("1,000", at: 5), "(1+2 1,000"),
    (.unexpected("a", at: 6), "１＋a"),
    (.divisionByZero(at: 1), "1/0"), (.divisionByZero(at: 2), "1 % (1-1)"), (.divisionByZero(at: 1), "0^-1"),
    (.fractionalExponent(at: 1), "4^0.5"), (.fractionalExponent(at: 1), "4^(1/2)"),
    (.overflow(at: 0), "170141183460469231731687303715884105728"), (.overflow(at: 0), "0.000000000000000000000000000000000000001"),
    (.overflow(at: 2), "10^39"), (.overflow(at: 1), "2^127"), (.overflow(at: 39), "170141183460469231731687303715884105727+1"),
    (.overflow(at: 40), "-170141183460469231731687303715884105727-1"),
    (.overflow(at: 1), "9^99999999999999999999"), (.overflow(at: 1), "2^-9223372036854775808"), (.overflow(at: 1), "9^9^9"),
    (.overflow(at: 5), "10^38*10"), (.overflow(at: 5), "10^38/0.1"), (.overflow(at: 5), "10^38%0.0000001"),
  ]

  @Test("what has no value is refused where it goes wrong", arguments: refusals)
  func refuses(_ error: CalculatorError, _ expression: String) {
    #expect(throws: error) { try Calculator.value(of: expression) }
  }

  @Test("the longest expression is read, one byte more is not")
  func length() throws {
    let longest = String(repeating: "1+", count: Calculator.bytesMax / 2 - 1) + "1 "
    #expect(longest.utf8.count == Calculator.bytesMax)
    #expect(try Calculator.value(of: longest).text == "\(Calculator.bytesMax / 2)")
    #expect(throws: CalculatorError.tooLong(bytesMax: Calculator.bytesMax)) {
      try Calculator.value(of: longest + " ")
    }
  }

  static let nests: [Named<@Sendable (Int) -> String>] = [
    Named("parentheses") {
      String(repeating: "(", count: $0) + "1" + String(repeating: ")", count: $0)
    },
    Named("signs") { String(repeating: "-", count: $0) + "1" },
    Named("powers") { "1" + String(repeating: "^1", count: $0) },
  ]

  @Test("the deepest expression is read, one level more is not", arguments: nests)
  func depth(_ nest: Named<@Sendable (Int) -> String>) throws {
    #expect(try Calculator.value(of: nest.row(Calculator.depthMax)).text == "1")
    #expect {
      try Calculator.value(of: nest.row(Calculator.depthMax + 1))
    } throws: { error in
      if case CalculatorError.tooDeep(_, Calculator.depthMax) = error { true } else { false }
    }
  }

  @Test("small whole numbers agree with the machine's", arguments: [1, 2, 3] as [UInt64])
  func agrees(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let a = Int.random(in: -999...999, using: &generator)
      let b = Int.random(in: -999...999, using: &generator)
      let c = Int.random(in: 1...999, using: &generator)
      #expect(try Calculator.value(of: "\(a) + \(b) * \(c)").text == "\(a + b * c)")
      #expect(try Calculator.value(of: "(\(a) - \(b)) % \(c)").text == "\((a - b) % c)")
      #expect(try Calculator.value(of: "\(a) / \(c) * \(c)").text == "\(a)")
      let apart = try Calculator.value(of: "\(a) / \(c) - \(b) / \(c)")
      #expect(try Calculator.value(of: "(\(a) - \(b)) / \(c)") == apart)
    }
  }
}
