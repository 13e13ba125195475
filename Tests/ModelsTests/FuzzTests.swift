import Testing

@testable import Models

@Suite struct FuzzTests {
  // swift-format-ignore
  static let pieces: [String] = [
    "1", "0", "23", "4.5", ".", ",", "1,000", "+", "-", "*", "/", "%", "^", "**", "(", ")", "（", "）", "×", "÷", "＋", "９",
    " ", "  ", "\n", "\t", "。", "！", "？", "!", "?", "…", "“", "”", "'", "’", "\"", "=", "{0}", "#", "$", "|",
    "what", "is", "the", "last", "run", "runs", "three", "time", "it", "now", "today's", "date", "and", "then", "plus",
    "最", "近", "一", "次", "运", "行", "总", "结", "上", "现", "在", "几", "点", "计", "算", "今", "天", "号", "我", "问",
    "e\u{301}", "\u{301}", "\u{200D}", "👩\u{200D}💻", "\u{FE0F}", "İ", "ß", "한국", "かな", "\u{0}", "\u{7F}", "\u{2028}", "\r\n", "𝟙", "Ⅳ",
  ]

  static func input(_ generator: inout SeededGenerator) -> String {
    let count = Int.random(in: 0...24, using: &generator)
    return (0..<count).map { _ in
      if Int.random(in: 0..<12, using: &generator) == 0 {
        return String(Unicode.Scalar(UInt32.random(in: 0...0xD7FF, using: &generator)) ?? "x")
      }
      return pieces.randomElement(using: &generator) ?? ""
    }.joined()
  }

  @Test(
    "any input is read without a trap, and its properties hold",
    arguments: [11, 12, 13, 14] as [UInt64])
  func reads(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5_000 {
      let text = Self.input(&generator)
      let tokens = Array(Tokenizer(text))
      #expect(tokens.joined() == text && tokens.allSatisfy { !$0.isEmpty })
      let sentences = Array(Sentences(text))
      for (sentence, next) in zip(sentences, sentences.dropFirst()) {
        #expect(sentence.endIndex <= next.startIndex)
      }
      #expect(Summary(of: text, sentencesMax: 3).sentences.allSatisfy(sentences.contains))
      let request = RequestReader(text)
      #expect(Set(request.needs).count == request.needs.count)
      #expect(request.leftovers.allSatisfy(sentences.contains))
      for case .arithmetic(let expression) in request.needs {
        #expect(
          Set(expression.unicodeScalars).isSubset(of: Set("0123456789.+-*/%^() ".unicodeScalars)))
      }
    }
  }

  @Test(
    "any expression has a value or an error within it", arguments: [21, 22, 23, 24] as [UInt64])
  func calculates(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...40, using: &generator)
      let text = (0..<count).map { _ in Self.pieces[Int.random(in: 0..<22, using: &generator)] }
        .joined()
      do throws(CalculatorError) {
        #expect(try Calculator.value(of: text).text.isEmpty == false)
      } catch {
        #expect((0...text.utf8.count).contains(error.failure.offset ?? 0))
      }
    }
  }

  @Test("any input gets the same answer twice, token by token", arguments: [31, 32] as [UInt64])
  func answers(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let text = Self.input(&generator)
      let tools = Toolbox.demonstration(earlier: [.lunch, .broken])
      let first = try await Transcript(of: text, tools: tools, toolCallsMax: 4)
      #expect(first.tokens.joined() == first.answer)
      #expect(first.answer?.isEmpty == false)
      #expect(try await Transcript(of: text, tools: tools, toolCallsMax: 4) == first)
    }
  }

  // swift-format-ignore
  static let longest: [Named<String>] = [
    Named("one letter", String(repeating: "a", count: 100_000)),
    Named("one Han character", String(repeating: "运", count: 33_000)),
    Named("full stops", String(repeating: ". ", count: 50_000)),
    Named("full stops and brackets", String(repeating: ".)", count: 50_000)),
    Named("short sentences", String(repeating: "a!", count: 50_000)),
    Named("different sentences", (0..<12_000).map { "w\($0)! " }.joined()),
    Named("phrases begun", String(repeating: "最近三", count: 11_000)),
    Named("an expression", String(repeating: "1+", count: 50_000)),
    Named("parentheses", String(repeating: "(", count: 100_000)),
    Named("apostrophes", String(repeating: "a'", count: 50_000)),
    Named("marks", String(repeating: "\u{301}", count: 50_000)),
    Named("spaces", String(repeating: " ", count: 100_000)),
    Named("commas", String(repeating: "1,", count: 50_000)),
  ]

  @Test(
    "the longest input of any shape is answered in time", .timeLimit(.minutes(10)),
    arguments: longest)
  func long(_ input: Named<String>) async throws {
    let transcript = try await Transcript(of: input.row)
    #expect(transcript.tokens.joined() == transcript.answer)
    #expect(transcript.tokens.count < 3_000)
  }
}
