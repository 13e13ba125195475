import Contract
import Negotiation
import Testing

struct ContentCodingTests {
  // swift-format-ignore
  static let rows: [(fields: [String], expected: ContentCoding)] = [
    ([],                               .identity),
    ([""],                             .identity),
    (["identity"],                     .identity),
    (["Identity"],                     .identity),
    ([" identity , ,\tidentity "],     .identity),
    (["identity", "identity"],         .identity),
    (["gzip"],                         .coded("gzip")),
    (["GZIP"],                         .coded("GZIP")),
    ([" br "],                         .coded("br")),
    (["identity, deflate"],            .coded("deflate")),
    (["gzip, br"],                     .coded("gzip")),
    (["identity", "zstd"],             .coded("zstd")),
    (["identity;q=1"],                 .coded("identity;q=1")),
    (["*"],                            .coded("*")),
    (["two words"],                    .coded("two words")),
    (["\u{e9}"],                       .coded("\u{e9}")),
    ([String(repeating: " ", count: 99) + "gzip"], .coded("gzip")),
    ([String(repeating: "x", count: 64)],  .coded(String(repeating: "x", count: 64))),
    ([String(repeating: "x", count: 65)],  .coded(String(repeating: "x", count: 64))),
  ]

  @Test("anything but identity is a coding", arguments: rows)
  func reads(_ row: (fields: [String], expected: ContentCoding)) {
    let head = FieldSection(row.fields.map { ("content-encoding", $0) })
    #expect(ContentCoding(head) == row.expected)
  }
}
