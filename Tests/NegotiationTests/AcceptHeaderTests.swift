import Contract
import Negotiation
import Testing
import Wire

/// One list of `accept` fields and what it must choose.
struct AcceptRow: Sendable, CustomTestStringConvertible {
  let name: String
  let fields: [String]
  let answer: BodyFormat?
  let feed: FeedFormat?
  let refusal: BodyFormat?

  init(
    _ name: String, _ fields: [String], _ answer: BodyFormat?, _ feed: FeedFormat?,
    _ refusal: BodyFormat?
  ) {
    self.name = name
    self.fields = fields
    self.answer = answer
    self.feed = feed
    self.refusal = refusal
  }

  var testDescription: String { name }

  // swift-format-ignore
  static let all: [AcceptRow] = [
    AcceptRow("absent",                     [],                                            .json,     .eventStream,  .json),
    AcceptRow("empty",                      [""],                                          .json,     .eventStream,  .json),
    AcceptRow("blank",                      [" \t "],                                      .json,     .eventStream,  .json),
    AcceptRow("anything",                   ["*/*"],                                       .json,     .eventStream,  .json),
    AcceptRow("JSON",                       ["application/json"],                          .json,     nil,           .json),
    AcceptRow("CBOR",                       ["application/cbor"],                          .cbor,     nil,           .cbor),
    AcceptRow("Markdown",                   ["text/markdown"],                             .markdown, nil,           .markdown),
    AcceptRow("an event stream",            ["text/event-stream"],                         nil,       .eventStream,  .json),
    AcceptRow("a CBOR sequence",            ["application/cbor-seq"],                      nil,       .cborSequence, .cbor),
    AcceptRow("a JSON sequence",            ["application/json-seq"],                      nil,       .jsonSequence, .json),
    AcceptRow("a problem only",             ["application/problem+json"],                  nil,       nil,           .json),
    AcceptRow("any case",                   ["ApplicatioN/CBOR"],                          .cbor,     nil,           .cbor),
    AcceptRow("any text",                   ["text/*"],                                    .markdown, .eventStream,  .markdown),
    AcceptRow("any application",            ["application/*"],                             .json,     .cborSequence, .json),
    AcceptRow("weights decide",             ["application/json;q=0.1, application/cbor;q=0.9"], .cbor, nil,          .cbor),
    AcceptRow("a tie is the server's",      ["text/markdown, application/cbor"],           .cbor,     nil,           .cbor),
    AcceptRow("three decimals",             ["application/cbor;q=0.501,text/markdown;q=0.5"], .cbor,  nil,           .cbor),
    AcceptRow("one with a dot",             ["text/markdown;q=1., */*;q=0.9"],             .markdown, .eventStream,  .markdown),
    AcceptRow("zero with a dot",            ["application/json;q=0., */*"],                .cbor,     .eventStream,  .cbor),
    AcceptRow("zero excludes",              ["application/json;q=0, */*"],                 .cbor,     .eventStream,  .cbor),
    AcceptRow("zero alone",                 ["application/json;q=0"],                      nil,       nil,           nil),
    AcceptRow("nothing at all",             ["*/*;q=0"],                                   nil,       nil,           nil),
    AcceptRow("exact beats a wildcard",     ["*/*;q=0, application/cbor"],                 .cbor,     nil,           .cbor),
    AcceptRow("type beats any",             ["application/*;q=0, */*;q=0.1"],              .markdown, .eventStream,  .markdown),
    AcceptRow("exact before its wildcard",  ["application/json;q=0.2, application/*;q=0.8"], .cbor,   .cborSequence, .cbor),
    AcceptRow("two fields are one list",    ["application/json;q=0.3", "text/markdown;q=0.7"], .markdown, nil,       .markdown),
    AcceptRow("usual value comes second",   ["text/markdown;q=0.2", "application/cbor"],   .cbor,     nil,           .cbor),
    AcceptRow("the better of twice",        ["text/markdown;q=0.2, text/markdown;q=0.9, */*;q=0.5"], .markdown, .eventStream, .markdown),
    AcceptRow("empty members",              [", ,application/cbor,,"],                     .cbor,     nil,           .cbor),
    AcceptRow("space around everything",    ["application/cbor ; q=0.5\t, application/json;\tq=0.4"], .cbor, nil,    .cbor),
    AcceptRow("a capital Q",                ["application/cbor;Q=0.5, application/json;q=0.4"], .cbor, nil,          .cbor),
    AcceptRow("charset UTF-8",              ["text/markdown;charset=UTF-8"],               .markdown, nil,           .markdown),
    AcceptRow("charset UTF-8 in quotes",    ["text/markdown;charset=\"utf-8\""],           .markdown, nil,           .markdown),
    AcceptRow("another charset",            ["application/json;charset=utf-16"],           nil,       nil,           nil),
    AcceptRow("a variant does not choose",  ["text/markdown;variant=GFM"],                 .markdown, nil,           .markdown),
    AcceptRow("plain beats a variant",      ["application/json;level=1;q=0.9, application/json;q=0.1, application/cbor;q=0.5"], .cbor, nil, .cbor),
    AcceptRow("separators inside quotes",   ["text/markdown;x=\"a,b;q=0.1\";q=0.2, application/cbor;q=0.1"], .markdown, nil, .markdown),
    AcceptRow("an escaped quote",           ["text/markdown;x=\"\\\"\", application/cbor;q=0.9"], .markdown, nil,    .markdown),
    AcceptRow("an empty parameter",         ["application/cbor;, application/json;q=0.4"], .cbor,     nil,           .cbor),
    AcceptRow("another type",               ["image/png"],                                 nil,       nil,           nil),
    AcceptRow("a suffix is another type",   ["application/vnd.api+json"],                  nil,       nil,           nil),
    AcceptRow("a longer name",              ["application/jsonx, application/cbor-sequence"], nil,    nil,           nil),
    AcceptRow("a browser", ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], .json, .eventStream, .json),
  ] + malformed

  /// A malformed member is as if it were not there: beside a good one the good one decides, and
  /// alone it says nothing.
  // swift-format-ignore
  static let malformed: [AcceptRow] = [
    "text/markdown;q=2", "text/markdown;q=-1", "text/markdown;q=1.001", "text/markdown;q=0.1234", "text/markdown;q=abc",
    "text/markdown;q=", "text/markdown;q", "text/markdown;q=.5", "text/markdown;q=1e0", "text/markdown;q=0x1",
    "text/markdown;q=\"0.5\"", "text/markdown;q=0.5;q=0.6", "text/markdown;q=00", "text/markdown;q=10", "text", "/markdown", "text/", "*/markdown",
    "text/markdown/json", "text markdown", ";q=1", "\"text/markdown\"", "text/markdown;x=\"open", "text/markdown;=1",
    "text/markdown q=1", "text//markdown", "text/markdown;x=\"\\",
  ].flatMap { member in
    [
      AcceptRow("malformed alone: \(member)", [member], .json, .eventStream, .json),
      AcceptRow("malformed behind a good one: \(member)", ["application/cbor, \(member)"], .cbor, nil, .cbor),
    ]
  }
}

struct AcceptHeaderTests {
  @Test("Accept chooses as RFC 9110 §12.5.1 says", arguments: AcceptRow.all)
  func chooses(_ row: AcceptRow) {
    let header = AcceptHeader(FieldSection(row.fields.map { ("accept", $0) }))
    #expect(header.choiceForAnswer == row.answer)
    #expect(header.choiceForFeed == row.feed)
    #expect(header.choiceForRefusal == row.refusal)
  }

  @Test("fields of other names are not read")
  func readsOnlyAccept() {
    let head = FieldSection([("accept-language", "de"), ("x-accept", "application/cbor")])
    #expect(AcceptHeader(head).choiceForAnswer == .json)
  }

  @Test("the shared vectors agree, where they lie beside the repository")
  func agreesWithSharedVectors() throws {
    guard let cases = SharedVectors.read("http/accept_cases.json")?["cases"] else { return }
    for row in cases.elements {
      let fields = row["accept"]?.string.map { [("accept", $0)] } ?? []
      let chosen = AcceptHeader(FieldSection(fields)).choiceForAnswer
      let outcome: WireValue = chosen.map { .text("\($0.mediaType.row.name)") } ?? 406
      let expected = try #require(row["expect"]).elements
      #expect(expected.contains(outcome), "\(row["id"]?.string ?? "")")
    }
  }

  @Test("a long header costs time in proportion to its length only")
  func readsLongHeaders() {
    let members = (0..<2000).map { "image/x\($0);q=0.\($0 % 1000)" }
    let header = AcceptHeader(
      FieldSection([("accept", members.joined(separator: ",") + ",application/cbor")]))
    #expect(header.choiceForAnswer == .cbor)
  }

  @Test("every row of the media types has one slash, behind its type")
  func mediaTypesAreConsistent() {
    for type in MediaType.allCases {
      let parts = "\(type.row.name)".split(separator: "/")
      #expect(parts.count == 2)
      #expect("\(type.row.contentType)".hasPrefix("\(type.row.name)"))
      let named = AcceptHeader(FieldSection([("accept", "\(type.row.name)")]))
      let covered = AcceptHeader(FieldSection([("accept", "\(parts[0])/*;q=0.5")]))
      #expect(named.choiceForRefusal != nil)
      #expect(covered.choiceForRefusal != nil)
    }
  }
}
