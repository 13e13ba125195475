import Testing

@testable import Wire

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
}
