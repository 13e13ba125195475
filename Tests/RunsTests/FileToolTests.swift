import Testing

@testable import Runs

/// The parts in which texts are read.
struct FileToolTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let whole: String
    let start: Int
    let bytesMax: Int
    let text: String
    let next: Int?

    var testDescription: String { "\(whole) from \(start), \(bytesMax)" }
  }

  // swift-format-ignore
  static let rows = [
    Row(whole: "",      start: 0,  bytesMax: 9, text: "",     next: nil),
    Row(whole: "abc",   start: 0,  bytesMax: 9, text: "abc",  next: nil),
    Row(whole: "abc",   start: 0,  bytesMax: 3, text: "abc",  next: nil),
    Row(whole: "abc",   start: 0,  bytesMax: 2, text: "ab",   next: 2),
    Row(whole: "abc",   start: 2,  bytesMax: 2, text: "c",    next: nil),
    Row(whole: "abc",   start: 3,  bytesMax: 2, text: "",     next: nil),
    Row(whole: "abc",   start: 99, bytesMax: 2, text: "",     next: nil),
    Row(whole: "一二三", start: 0,  bytesMax: 7, text: "一二",  next: 6),
    Row(whole: "一二三", start: 4,  bytesMax: 3, text: "二",    next: 6),
    Row(whole: "一二三", start: 0,  bytesMax: 1, text: "一",    next: 3),
    Row(whole: "一二三", start: 6,  bytesMax: 2, text: "三",    next: nil),
  ]

  @Test("a part breaks no sign, and parts joined are the whole", arguments: rows)
  func cuts(_ row: Row) {
    let part = FileTool.Part(of: row.whole, from: row.start, bytesMax: row.bytesMax)
    #expect(part.text == row.text && part.next == row.next)
    var (joined, next) = ("", Int?.some(0))
    while let from = next {
      let part = FileTool.Part(of: row.whole, from: from, bytesMax: row.bytesMax)
      joined += part.text
      next = part.next
    }
    #expect(joined == row.whole)
  }
}
