import Testing

@testable import Wire
@testable import WireSamples

@Suite("what hostile bodies may cost")
struct BombTests {
  static let depth = DecodeLimits.standard.depth
  static let items = DecodeLimits.standard.items

  struct Nest: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (Int) -> [UInt8]
    /// Bytes of one level, so that the offset of the level too many is known.
    let width: Int
    var testDescription: String { name }
  }

  @Test(
    "as many levels as are allowed are read, one more is refused at its head", arguments: Self.nests
  )
  func depth(_ nest: Nest) {
    let isJSON = nest.name.hasPrefix("JSON")
    let read = { (levels: Int) in
      Refusal.of { () throws(DecodeError) in
        _ = isJSON ? try WireValue(json: nest.make(levels)) : try WireValue(cbor: nest.make(levels))
      }
    }
    #expect(read(Self.depth) == nil)
    for levels in [Self.depth + 1, 100_000] {
      let refusal = read(levels)
      #expect(refusal?.kind == .tooDeep)
      #expect(refusal?.offset == Self.depth * nest.width)
    }
  }

  // swift-format-ignore
  static let nests: [Nest] = [
    Nest(
      name: "JSON arrays",
      make: { [UInt8](repeating: 0x5b, count: $0) + [UInt8](repeating: 0x5d, count: $0) }, width: 1),
    Nest(
      name: "JSON objects",
      make: { Array(repeatElement(utf8(#"{"":"#), count: $0).joined()) + utf8("1") + [UInt8](repeating: 0x7d, count: $0) },
      width: 4),
    Nest(name: "arrays", make: { [UInt8](repeating: 0x81, count: $0) + [0] }, width: 1),
    Nest(
      name: "indefinite arrays",
      make: { [UInt8](repeating: 0x9f, count: $0) + [UInt8](repeating: 0xff, count: $0) }, width: 1),
    Nest(name: "maps", make: { Array(repeatElement([0xa1, 0x00], count: $0).joined()) + [0] }, width: 2),
    Nest(name: "tags", make: { [UInt8](repeating: 0xc6, count: $0) + [0] }, width: 1),
  ]

  @Test(
    "an announced length is compared with what is there, never reserved",
    arguments: [
      "5b7fffffffffffffff00", "7b7fffffffffffffff00", "9b7fffffffffffffff00",
      "bb7fffffffffffffff0000",
      "5bffffffffffffffff00", "9bffffffffffffffff00", "bbffffffffffffffff0000", "c25affffffff00",
    ])
  func announced(_ hex: String) {
    let kind = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: bytes(hex)) }?.kind
    #expect(kind == .endInString || kind == .endInItems)
  }

  @Test("as many items as are allowed are read, one more is refused", arguments: [false, true])
  func items(_ isJSON: Bool) {
    let read = { (count: Int) in
      Refusal.of { () throws(DecodeError) in
        if isJSON {
          _ = try WireValue(json: utf8("[0" + String(repeating: ",0", count: count - 1) + "]"))
        } else {
          _ = try WireValue(cbor: [0x9f] + [UInt8](repeating: 0, count: count) + [0xff])
        }
      }
    }
    #expect(read(Self.items) == nil)
    #expect(read(Self.items + 1)?.kind == .tooCostly)
  }

  @Test("tiny chunks, empty containers and typed arrays count as well")
  func countedParts() {
    let chunks = [0x5f] + [UInt8](repeating: 0x40, count: Self.items + 1) + [0xff]
    let empties = [0x9f] + [UInt8](repeating: 0x80, count: Self.items + 1) + [0xff]
    let texts = [0x9f] + [UInt8](repeating: 0x60, count: Self.items + 1) + [0xff]
    for input in [chunks, empties] {
      let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: input) }
      #expect(refusal?.kind == .tooCostly)
    }
    let typed = Refusal.of { () throws(DecodeError) in _ = try [String](cbor: texts) }
    #expect(typed?.kind == .tooCostly)
  }

  @Test("a map of many keys is read, and the last key's twin is found")
  func manyKeys() throws {
    let members = (0..<50_000).map { WireMember(.text("key\($0)"), .null) }
    let good = WireValue.map(members)
    #expect(try WireValue(cbor: good.cbor()) == good)
    let bad = WireValue.map(members + [WireMember("key0", 1)])
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: bad.cbor()) }?.kind
        == .duplicateKey)
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(json: bad.json()) }?.kind
        == .duplicateKey)
  }

  @Test("keys inside of keys cost no more than what they are long")
  func nestedKeys() throws {
    // A chain of sixty keys: whatever does its work twice at each level would not come back.
    func chain(_ inner: WireValue) -> WireValue {
      (0..<Self.depth - 4).reduce(inner) { key, _ in
        .map([WireMember(key, 0), WireMember("x", 1)])
      }
    }
    let (left, right) = (chain(1), chain(2))
    #expect(left != right && left == chain(1) && left.hashValue == chain(1).hashValue)
    let both = WireValue.map([WireMember(left, 0), WireMember(right, 1)])
    let encoded = both.cbor()
    #expect(try WireValue(cbor: encoded) == both)
    #expect(try CBORDiagnostic.parse(CBORDiagnostic.print(encoded)) == encoded)
    #expect(!both.json().isEmpty && !both.canonicalJSON().isEmpty)
    #expect(!Markdown.render(both, title: "Keys").isEmpty)
    let twice = WireValue.map([WireMember(left, 0), WireMember(left, 1)])
    let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: twice.cbor()) }
    #expect(refusal?.kind == .duplicateKey)
    #expect(refusal?.path.unicodeScalars.count == DecodeError.keyMax + 1)
  }

  @Test("a path repeats only the beginning of a peer's key", arguments: [0, 1])
  func longKeys(_ excess: Int) {
    let beginning = String(repeating: "é", count: DecodeError.keyMax)
    let input = utf8("{\"\(beginning)\(String(repeating: "k", count: excess))\":1}")
    let refusal = Refusal.of { () throws(DecodeError) in _ = try SampleRun(json: input) }
    #expect(refusal?.kind == .unknownField)
    #expect(refusal?.path == (excess == 0 ? beginning : beginning + "…"))
  }
}
