import Testing

@testable import Models

@Suite struct SummaryTests {
  @Test(
    "a summary is made of whole sentences, in their order",
    arguments: [Passage.english, Passage.chinese])
  func extracts(_ text: String) {
    let all = Array(Sentences(text))
    let chosen = Summary(of: text, sentencesMax: 3).sentences
    #expect(chosen.count == 3)
    #expect(chosen.allSatisfy(all.contains))
    #expect(chosen.map(\.startIndex) == chosen.map(\.startIndex).sorted())
  }

  @Test(
    "a summary is about what the text is about",
    arguments: [
      (Passage.english, "ferry"), (Passage.chinese, "渡轮"),
    ])
  func informs(_ text: String, _ topic: String) {
    #expect(Summary(of: text, sentencesMax: 2).sentences.allSatisfy { $0.contains(topic) })
  }

  // swift-format-ignore
  static let counts: [(Int, Int, Int)] = [
    // Sentences, most, chosen.
    (0, 5, 0), (1, 5, 1), (2, 5, 1), (3, 5, 1), (4, 5, 2), (15, 5, 5), (100, 5, 5), (100, 0, 0), (100, 1, 1),
  ]

  @Test("a summary has about one sentence in three, up to the limit", arguments: counts)
  func chooses(_ sentences: Int, _ most: Int, _ chosen: Int) {
    let text = (0..<sentences).map { "Fact \($0) stands." }.joined(separator: " ")
    #expect(Summary(of: text, sentencesMax: most).sentences.count == chosen)
  }

  @Test("what is said once is not said again")
  func varies() {
    let text =
      "Ships sail far. Ships sail far. Ships sail far. Bread is baked. Ink dries. Snow falls."
    let chosen = Summary(of: text, sentencesMax: 2).sentences.map { String($0) }
    #expect(chosen == ["Ships sail far.", "Bread is baked."])
  }

  @Test("a text of small words is its own summary", arguments: ["who are you", "这是的", "It is."])
  func smallWords(_ text: String) {
    #expect(Summary(of: text, sentencesMax: 3).sentences.map { String($0) } == [text])
  }

  @Test("signs alone have no summary", arguments: ["?!", "。。。", "***\n---"])
  func empty(_ text: String) {
    #expect(Summary(of: text, sentencesMax: 3).sentences.isEmpty)
  }
}

/// Texts with a topic and with asides.
enum Passage {
  static let english = """
    The ferry to the island leaves at nine. Weather was fine. The ferry is small, and the island \
    ferry line is old. My aunt likes tea. Buy a ferry ticket before nine! Who knows? Nobody came.
    """
  static let chinese = """
    渡轮九点开往小岛。天气不错。渡轮很小，小岛航线也很老。姑妈喜欢喝茶。请在九点以前买渡轮船票！谁知道呢？没有人来。
    """
}
