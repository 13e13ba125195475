import Testing

@testable import Models

@Suite struct RequestReaderTests {
  // swift-format-ignore
  static let needs: [(String, [Need])] = [
    // Arithmetic.
    ("12 * (3 + 4)", [.arithmetic("12 * (3 + 4)")]),
    ("what is 2^10 / 4?", [.arithmetic("2^10 / 4")]),
    ("计算 12*(3+4)", [.arithmetic("12*(3+4)")]),
    ("计算１２×（３＋４）", [.arithmetic("12*(3+4)")]),
    ("请帮我算一下 8÷2 等于多少？", [.arithmetic("8/2")]),
    ("3+4=?", [.arithmetic("3+4")]),
    ("What's 3 plus 4?", [.arithmetic("3 + 4")]),
    ("what is 7 multiplied by 6", [.arithmetic("7 * 6")]),
    ("3乘以4等于几", [.arithmetic("3 * 4")]),
    ("Compute `1/3 + 1/6`, please.", [.arithmetic("1/3 + 1/6")]),
    ("what is 15% of 80", [.arithmetic("15 / 100 * 80")]),
    ("2 to the power of 5 times 3", [.arithmetic("2 ^ 5 * 3")]),
    ("1+1, 2+2", [.arithmetic("1+1"), .arithmetic("2+2")]),
    ("what is 1/0", [.arithmetic("1/0")]),
    ("calculate (1 + 2", [.arithmetic("(1 + 2")]),
    ("1,000 + 2,000", [.arithmetic("1000 + 2000")]),
    ("3 + 4 = 7", [.arithmetic("3 + 4")]),
    ("-5 + 3", [.arithmetic("-5 + 3")]),
    ("2+2 and 2+2", [.arithmetic("2+2")]),
    // In words, and in digits of other scripts.
    ("what is three plus four?", [.arithmetic("3 + 4")]), ("twelve times three", [.arithmetic("12 * 3")]),
    ("twenty-five minus five", [.arithmetic("25 - 5")]), ("twenty - five", [.arithmetic("20 - 5")]),
    ("what is ninety nine minus 9", [.arithmetic("99 - 9")]),
    ("三加四等于几", [.arithmetic("3 + 4")]), ("十二乘以三", [.arithmetic("12 * 3")]), ("两百零五减去二十", [.arithmetic("205 - 20")]),
    ("计算三万加二〇二四", [.arithmetic("30000 + 2024")]), ("3+4 一共是多少", [.arithmetic("3+4")]),
    ("١٢ * ٣", [.arithmetic("12 * 3")]), ("१२+३", [.arithmetic("12+3")]),
    ("帮我算 12*(3+4) please", [.arithmetic("12*(3+4)")]),
    ("please 计算 3 + 4, then tell me what time is it", [.arithmetic("3 + 4"), .clock]),
    // Begun and not finished: the calculator says what is missing.
    ("12*)", [.arithmetic("12*)")]), ("1 +", [.arithmetic("1 +")]), ("三加", [.arithmetic("3 +")]),
    ("12 * (3 + 4", [.arithmetic("12 * (3 + 4")]), ("(12 * 3))", [.arithmetic("(12 * 3))")]),
    // Torn by a sign: a value of one piece would be wrong.
    ("1.234,5 + 1", []), ("5 + 1,5", []), ("1,5 + 1", []), ("9:30-10:00", []), ("1'000 + 1", []), ("1;2+3", []),
    ("1+1,2+2", [.arithmetic("1+1"), .arithmetic("2+2")]), ("1+1=2", [.arithmetic("1+1")]),
    // Numbers that want nothing.
    ("I am here 24/7 for you", []), ("the 24/7 support line", []), ("42", []), ("It is due on 2024-05-06.", []),
    ("2024-05-06", []), ("010-6234-5678", []), ("x = 3+4", []), ("50% of users", []), ("version 1.2.3", []),
    ("50%", []), ("5!", []), ("one", []), ("十", []), ("- 3", []), ("I have 3 apples and 4 oranges", []),
    ("There were 12 people at 7 pm on 5 May 2024", []), ("chapter 3-4", []), ("call 555-1234", []), ("192.168.0.1", []),
    ("一加手机二代", []), ("one or two more", []), ("1e3 + x", []),
    ("pages 3-5 are missing", []), ("- 3 apples", []), ("we won 3-2 yesterday", []), ("我住在3-2号楼", []),
    // The clock.
    ("What time is it?", [.clock]), ("what's the time", [.clock]), ("Tell me the current time please", [.clock]),
    ("what is today's date?", [.clock]), ("What day of the week is it", [.clock]), ("现在几点？", [.clock]),
    ("现在几点了", [.clock]), ("今天几号", [.clock]), ("今天是星期几？", [.clock]), ("当前时间", [.clock]), ("请问现在是什么时间", [.clock]),
    ("what is the time and date, what date is it", [.clock]),
    ("what is the time complexity of quicksort", []), ("what is the date of the treaty", []), ("现在的时间安排太紧", []),
    ("last time we met", []),
    // Earlier runs.
    ("请总结最近一次运行", [.sessionRuns(1)]), ("总结上一次运行", [.sessionRuns(1)]), ("总结上次运行", [.sessionRuns(1)]),
    ("summarise the last run", [.sessionRuns(1)]), ("Summarize the last run.", [.sessionRuns(1)]),
    ("recap the latest run", [.sessionRuns(1)]), ("last 3 runs", [.sessionRuns(3)]), ("the last three runs", [.sessionRuns(3)]),
    ("the 3 most recent runs", [.sessionRuns(3)]), ("show my previous runs", [.sessionRuns(5)]),
    ("what did I ask before", [.sessionRuns(5)]), ("What was my last question?", [.sessionRuns(1)]),
    ("总结最近三次运行", [.sessionRuns(3)]), ("最近12次运行", [.sessionRuns(12)]), ("最近十二次运行", [.sessionRuns(12)]), ("the last twenty-five runs", [.sessionRuns(25)]),
    ("总结最近几次运行", [.sessionRuns(5)]), ("前两个任务", [.sessionRuns(2)]),
    ("我之前问了什么？", [.sessionRuns(5)]), ("总结一下本次会话", [.sessionRuns(5)]), ("recap this session", [.sessionRuns(5)]),
    ("last 99999999999999999999 runs", [.sessionRuns(.max)]), ("last 0 runs", [.sessionRuns(0)]),
    ("I went for a run last week", []), ("运行这个程序", []),
    // Several.
    ("What time is it and what is 2+2? Then summarise the last run.", [.clock, .arithmetic("2+2"), .sessionRuns(1)]),
    ("计算 2*3，然后告诉我现在几点，再总结上一次运行", [.arithmetic("2*3"), .clock, .sessionRuns(1)]),
    // Nothing.
    ("", []), ("   ", []), ("hello", []), ("请写一首诗", []), ("???", []), ("()+-*/", []),
  ]

  @Test("an input asks for these", arguments: needs)
  func reads(_ input: String, _ expected: [Need]) {
    #expect(RequestReader(input).needs == expected)
  }

  // swift-format-ignore
  static let leftovers: [(String, [String])] = [
    ("2+2. Write a poem. Thanks!", ["Write a poem."]), ("计算 2+2。写一首诗。谢谢", ["写一首诗。"]), ("现在几点？", []),
  ]

  @Test("a sentence no tool helps with is left over", arguments: leftovers)
  func leaves(_ input: String, _ expected: [String]) {
    #expect(RequestReader(input).leftovers.map { String($0) } == expected)
  }

  @Test("of a long input only the ends are a request")
  func longInput() {
    let filler = String(repeating: "Nothing here. ", count: RequestReader.requestMax / 14)
    #expect(RequestReader("Read this. " + filler.prefix(98) + "2+2. Bye.").needs.count == 1)
    #expect(RequestReader(filler + "2+2. " + filler).needs.isEmpty)
    #expect(RequestReader("What time is it? " + filler + filler).needs == [.clock])
    #expect(RequestReader(filler + filler + "\nsummarise the last run").needs == [.sessionRuns(1)])
  }

  static let longExpressions: [Named<String>] = [
    Named(
      "parentheses",
      String(repeating: "(", count: 3000) + "1+1" + String(repeating: ")", count: 3000)),
    Named("sums", String(repeating: "1 + ", count: 24_999) + "1"),
    Named("full width", String(repeating: "１＋", count: 49_999) + "１"),
  ]

  @Test(
    "an expression that is too long by far is refused for its length, and kept short",
    arguments: longExpressions)
  func longExpression(_ named: Named<String>) throws {
    let needs = RequestReader(named.row).needs
    guard case .arithmetic(let expression)? = needs.first, needs.count == 1 else {
      Issue.record("\(needs.count) needs")
      return
    }
    #expect(expression.utf8.count == Calculator.bytesMax + 1)
    #expect(throws: CalculatorError.tooLong(bytesMax: Calculator.bytesMax)) {
      try Calculator.value(of: expression)
    }
  }

  @Test(
    "long inputs that are no expression are not read as one",
    arguments: ["1", "(", "1.", "1+1x", " "])
  func longOther(_ unit: String) {
    let count = RequestReader.requestMax + 1
    #expect(RequestReader(String(repeating: unit, count: count)).needs.isEmpty)
  }

  @Test("one need more than the limit is left over")
  func needsLimit() {
    func sums(_ count: Int) -> String { (1...count).map { "\($0)+\($0)." }.joined(separator: "\n") }
    let full = RequestReader(sums(RequestReader.needsMax))
    #expect(full.needs.count == RequestReader.needsMax && full.leftovers.isEmpty)
    let over = RequestReader(sums(RequestReader.needsMax + 1))
    #expect(over.needs.count == RequestReader.needsMax && over.leftovers.count == 1)
  }

  @Test("every phrase finds itself, in each form", arguments: Phrase.all.map(\.pattern))
  func phrases(_ pattern: String) throws {
    for sequence in PhrasePattern.sequences(of: pattern) {
      let text = sequence.map { slot in
        switch slot {
        case .word(let word): word
        case .number: "3"
        case .end: "!"
        }
      }.joined(separator: " ")
      let matches = PhraseBook.standard.matches(in: Array(Lexemes(text)))
      try #require(matches.count == 1, "\(text)")
    }
  }
}
