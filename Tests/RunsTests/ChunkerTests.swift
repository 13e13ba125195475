import Models
import Testing
import Wire

@testable import Runs

/// Passages cut into chunks.
@Suite struct ChunkerTests {
  private static func chunker(
    target: Int = 120, max: Int = 240, min: Int = 40, context: Int = 0
  ) throws -> Chunker {
    let config: WireValue = [
      "target_tokens": .integer(Int64(target)), "max_tokens": .integer(Int64(max)),
      "min_tokens": .integer(Int64(min)), "media_context_blocks": .integer(Int64(context)),
    ]
    return Chunker(try ChunkingConfig(json: config.json()))
  }

  /// A paragraph of so many tokens.
  private static func words(_ count: Int, _ word: String = "word") -> Passage {
    Passage(.paragraph, Array(repeating: word, count: count).joined(separator: " "))
  }

  private static func counts(_ passages: [Passage], context: Int = 0) throws -> [Int] {
    try chunker(context: context).chunks(of: passages).map { Tokenizer.count($0) }
  }

  // swift-format-ignore
  static let rows: [Named<(passages: [Passage], counts: [Int])>] = [
    Named("nothing", ([], [])),
    Named("a little", ([words(3)], [3])),
    Named("as much as is aimed at", ([words(60), words(59)], [119])),
    Named("more than that", ([words(59), words(60), words(60)], [119, 60])),
    Named("a short one takes more in", ([words(30), words(150)], [180])),
    Named("unless that is too much", ([words(30), words(230)], [30, 230])),
    Named("a heading begins a chunk", ([words(50), Passage(.heading, "# a"), words(50)], [50, 52])),
    Named("unless there is too little", ([words(30), Passage(.heading, "# a"), words(50)], [82])),
    Named("a short end goes to the one before", ([words(110), words(20)], [130])),
    Named("unless there is no room", ([words(230), words(20)], [230, 20])),
    Named("a long passage is cut", ([words(600)], [240, 240, 120])),
    Named("at a line where there is one", ([Passage(.paragraph, words(130).text + "\n" + words(150).text)], [130, 150])),
  ]

  @Test("chunks have the size that is wanted", arguments: rows)
  func cuts(_ row: Named<(passages: [Passage], counts: [Int])>) throws {
    #expect(try Self.counts(row.row.passages) == row.row.counts)
  }

  @Test("a picture has what stands around it")
  func surroundsMedia() throws {
    let passages = [
      Passage(.paragraph, "a"), Passage(.paragraph, "b"), Passage(.media, "[image]"),
      Passage(.paragraph, "c"), Passage(.paragraph, "d"),
    ]
    #expect(try Self.chunker().chunks(of: passages).count == 1)
    #expect(try Self.chunker(context: 1).chunks(of: passages)[1] == "b\n\n[image]\n\nc")
    #expect(try Self.chunker(context: 4).chunks(of: passages)[1] == passages.joined)
    let long = [Self.words(239), Passage(.media, "[image]"), Passage(.paragraph, "c")]
    #expect(try Self.chunker(context: 2).chunks(of: long).last == "[image]\n\nc")
  }

  @Test("no chunk is too long, and nothing is lost")
  func keepsAll() throws {
    let pieces = ["word", "x", "\n", "  ", "船", "🚢", "e\u{301}", "...", "don't", "\t"]
    for seed in 0..<40 {
      var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
      func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
      }
      let passages = (0..<next(30) + 1).map { _ in
        let kinds: [Passage.Kind] = [.heading, .paragraph, .item, .row, .media]
        let text = (0..<next(400) + 1).map { _ in pieces[next(pieces.count)] }.joined()
        return Passage(kinds[next(kinds.count)], text)
      }
      let chunks = try Self.chunker().chunks(of: passages)
      #expect(chunks.allSatisfy { Tokenizer.count($0) <= 240 })
      let visible = { (text: String) in text.filter { !$0.isWhitespace } }
      #expect(visible(chunks.joined()) == visible(passages.joined))
      let around = try Self.chunker(context: 4).chunks(of: passages)
      #expect(around.allSatisfy { Tokenizer.count($0) <= 240 })
    }
  }
}
