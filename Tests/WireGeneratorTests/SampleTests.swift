import Testing
import Wire

@testable import WireSamples

/// Coded types through the generator, the plug-in and Wire: what is written and what is read.
@Suite("Samples")
struct SampleTests {
  private static let conversation = StartConversation(
    sessionKey: nil, input: Text("hello"), limit: 10, tags: [],
    messages: [
      Message(role: .agent, content: "x", sentAt: nil),
      Message(role: .default, content: "", sentAt: nil),
    ], metadata: ["a": 1], note: .absent)

  /// A value in its forms: as JSON, and as CBOR in hexadecimal.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let json: String
    let cbor: String
    let writtenJSON: @Sendable () -> [UInt8]
    let writtenCBOR: @Sendable () -> [UInt8]
    let readsBack: @Sendable () throws -> Bool

    init<Value: Coded & Equatable>(_ name: String, _ value: Value, _ json: String, _ cbor: String) {
      self.name = name
      self.json = json
      self.cbor = cbor
      writtenJSON = { value.json() }
      writtenCBOR = { value.cbor() }
      readsBack = { try Value(json: value.json()) == value && Value(cbor: value.cbor()) == value }
    }

    var testDescription: String { name }
  }

  // swift-format-ignore
  static let rows = [
    Row("a record in records", conversation,
      #"{"session_key":null,"input":"hello","limit":10,"tags":[],"messages":[{"role":"the agent","content":"x","sent_at":null},{"role":"default","content":"","sent_at":null}],"metadata":{"a":1}}"#,
      "a6647461677380"
        + "65696e707574" + "6568656c6c6f" + "656c696d6974" + "0a"
        + "686d65737361676573" + "82" + "a3" + "64726f6c65" + "69746865206167656e74" + "67636f6e74656e74" + "6178" + "6773656e745f6174" + "f6"
        + "a3" + "64726f6c65" + "6764656661756c74" + "67636f6e74656e74" + "60" + "6773656e745f6174" + "f6"
        + "686d65746164617461" + "a1616101" + "6b73657373696f6e5f6b6579" + "f6"),
    Row("a choice", Role.agent, #""the agent""#, "69746865206167656e74"),
    Row("camel case with an exception", CamelNames(runID: 1, artifactURL: "u", issuerDID: "d", durationMs: 2),
      #"{"runId":1,"artifactUrl":"u","iss":"d","durationMs":2}"#,
      "a4" + "63697373" + "6164" + "6572756e4964" + "01" + "6a6475726174696f6e4d73" + "02" + "6b617274696661637455726c" + "6175"),
    Row("names of single fields", OwnNames(sessionID: "s", kind: "k", createdAt: 1),
      #"{"sid":"s","type":"k","created_at":1}"#, "a3" + "63736964" + "6173" + "6474797065" + "616b" + "6a637265617465645f6174" + "01"),
    Row("names around the length of one head byte", LongNames(abcdefghijklmnopqrstuvwx: true, abcdefghijklmnopqrstuvw: false),
      #"{"abcdefghijklmnopqrstuvwx":true,"abcdefghijklmnopqrstuvw":false}"#,
      "a2" + "776162636465666768696a6b6c6d6e6f7071727374757677" + "f4" + "78186162636465666768696a6b6c6d6e6f707172737475767778" + "f5"),
    Row("names that the coding itself uses",
      TakenNames(seen: 1, seenFields: 2, source: .far, sink: 3, index: 4, error: 5, draft: 6, offset: 7, count: 8, fields: 9, schema: 10,
        finish: 11, merge: 12, default: 13, in: .value(14)),
      #"{"seen":1,"seen_fields":2,"source":"far","sink":3,"index":4,"error":5,"draft":6,"offset":7,"count":8,"fields":9,"schema":10,"finish":11,"merge":12,"default":13,"in":14}"#,
      "af" + "62696e" + "0e" + "647365656e" + "01" + "6473696e6b" + "03" + "65636f756e74" + "08" + "656472616674" + "06" + "656572726f72" + "05"
        + "65696e646578" + "04" + "656d65726765" + "0c" + "666669656c6473" + "09" + "6666696e697368" + "0b" + "666f6666736574" + "07"
        + "66736368656d61" + "0a" + "66736f75726365" + "63666172" + "6764656661756c74" + "0d" + "6b7365656e5f6669656c6473" + "02"),
    Row("no fields", Nothing(), "{}", "a0"),
    Row("nil left out", Sparse(first: nil, second: nil, third: true), #"{"third":true}"#, "a1657468697264f5"),
    Row("nothing to leave out", Sparse(first: 1, second: "a", third: true), #"{"first":1,"second":"a","third":true}"#,
      "a3" + "65666972737401" + "657468697264f5" + "667365636f6e646161"),
    Row("a default that is nil instead", Preset(retries: nil, labels: [:], grid: [[nil, 1], []]),
      #"{"retries":null,"labels":{},"grid":[[null,1],[]]}"#, "a3" + "6467726964" + "8282f60180" + "666c6162656c73" + "a0" + "6772657472696573" + "f6"),
    Row("declared in another order", Unsorted(zeta: 1, b: 2, alpha: 3, a: 4), #"{"zeta":1,"b":2,"alpha":3,"a":4}"#,
      "a4" + "616104" + "616202" + "647a65746101" + "65616c70686103"),
    Row("types in types", Sheet(title: Text("t"), rows: [Sheet.Row(cells: [Sheet.Cell(align: .right, title: Text("c"))])]),
      #"{"title":"t","rows":[{"cells":[{"align":"right","title":"c"}],"align":null}]}"#,
      "a2" + "64726f7773" + "81a2" + "65616c69676e" + "f6" + "6563656c6c73" + "81a2" + "65616c69676e" + "657269676874" + "657469746c65" + "6163" + "657469746c65" + "6174"),
    Row("an internal type", Inner(value: 1), #"{"value":1,"outer":null}"#, "a2" + "656f75746572" + "f6" + "6576616c7565" + "01"),
  ]

  @Test("a value has one form in JSON and one in CBOR, and is read from both", arguments: rows)
  func writes(_ row: Row) throws {
    #expect(String(decoding: row.writtenJSON(), as: UTF8.self) == row.json)
    #expect(Self.hex(row.writtenCBOR()) == row.cbor)
    #expect(try row.readsBack())
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  @Test("a record of 64 fields knows them all")
  func wide() throws {
    let fields = (0..<64).map { #""field\#($0)":\#($0)"# }
    let wide = try Wide(json: Array("{\(fields.reversed().joined(separator: ","))}".utf8))
    #expect(wide.field0 == 0)
    #expect(wide.field63 == 63)
    #expect(String(decoding: wide.json(), as: UTF8.self) == "{\(fields.joined(separator: ","))}")
    #expect(try Wide(cbor: wide.cbor()) == wide)
  }

  @Test("what is absent has its default")
  func defaults() throws {
    let read = try StartConversation(json: Array(#"{"messages":[],"input":"a"}"#.utf8))
    #expect(read.sessionKey == nil)
    #expect(read.limit == 50)
    #expect(read.tags == [])
    #expect(read.metadata == nil)
    #expect(read.note == .absent)
    let preset = try Preset(json: Array(#"{"grid":[]}"#.utf8))
    #expect(preset == Preset(grid: []))
    #expect(preset.retries == 3)
  }

  static let patched: [(field: String, patch: Patch<Text<0, 80>>, written: String)] = [
    ("", .absent, ""),
    (#","note":null"#, .null, #","note":null"#),
    (#","note":"""#, .value(Text("")), #","note":"""#),
  ]

  @Test("a patch tells absent, null and a value apart", arguments: patched)
  func patches(field: String, patch: Patch<Text<0, 80>>, written: String) throws {
    let read = try StartConversation(json: Array(#"{"messages":[],"input":"a"\#(field)}"#.utf8))
    #expect(read.note == patch)
    #expect(String(decoding: read.json(), as: UTF8.self).hasSuffix(#""metadata":null\#(written)}"#))
    #expect(try StartConversation(cbor: read.cbor()) == read)
  }

  @Test("parameters and body fill one record")
  func merges() throws {
    let parameters = [
      Parameter(name: "limit", value: "7"), Parameter(name: "tags", value: "a"),
      Parameter(name: "tags", value: "b"), Parameter(name: "session_key", value: "s"),
    ]
    let read = try StartConversation(
      parameters: parameters, body: .json(Array(#"{"input":"i","messages":[]}"#.utf8)))
    #expect(read.limit == 7)
    #expect(read.tags == [Text("a"), Text("b")])
    #expect(read.sessionKey == Text("s"))
    let body: [UInt8] =
      [0xA2, 0x64] + Array("type".utf8) + [0x61, 0x6B, 0x6A] + Array("created_at".utf8) + [1]
    let cbor = try OwnNames(
      parameters: [Parameter(name: "sid", value: "s")], body: .cbor(body))
    #expect(cbor == OwnNames(sessionID: "s", kind: "k", createdAt: 1))
    #expect(try Nothing(parameters: [], body: .none) == Nothing())
  }
}

extension Text {
  /// A literal of these tests, whose length is allowed.
  fileprivate init(_ literal: String) {
    guard let text = Text(checking: literal) else {
      preconditionFailure("'\(literal)' is not of an allowed length")
    }
    self = text
  }
}
