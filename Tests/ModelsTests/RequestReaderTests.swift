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
    // Numbers that want nothing.
    ("I am here 24/7 for you", []), ("the 24/7 support line", []), ("42", []), ("It is due on 2024-05-06.", []),
    ("2024-05-06", []), ("010-6234-5678", []), ("x = 3+4", []), ("50% of users", []), ("version 1.2.3", []),
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
    ("总结最近三次运行", [.sessionRuns(3)]), ("最近12次运行", [.sessionRuns(12)]), ("前两个任务", [.sessionRuns(2)]),
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
