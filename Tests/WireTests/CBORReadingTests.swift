import Testing

@testable import Wire
@testable import WireSamples

@Suite("reading CBOR")
struct CBORReadingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let hex: String
    let refusal: Refusal
    var testDescription: String { "\(hex): \(refusal)" }

    init(_ hex: String, _ kind: DecodeError.Kind, _ offset: Int, _ path: String = "") {
      self.hex = hex
      refusal = Refusal(kind, offset, path)
    }
  }

  @Test("well-formed but not valid CBOR is refused with offset and path", arguments: Self.bad)
  func refuses(_ row: Row) {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: bytes(row.hex)) }
        == row.refusal)
  }

  // swift-format-ignore
  static let bad: [Row] = [
    Row("0000",                 .trailingBytes, 1),
    Row("a000",                 .trailingBytes, 1),
    Row("61ff",                 .invalidUTF8, 1),
    Row("6361c080",             .invalidUTF8, 2),
    Row("7f616161ffff",         .invalidUTF8, 4),
    Row("7f61c361a9ff",         .invalidUTF8, 2),
    Row("a2616100616101",       .duplicateKey, 4, "a"),
    Row("a20100180102",         .duplicateKey, 3, "1"),
    Row("bf616100616101ff",     .duplicateKey, 4, "a"),
    Row("a26161007f6161ff01",   .duplicateKey, 4, "a"),
    Row("81a1616ba2616100616101", .duplicateKey, 8, "[0].k.a"),
    Row("a2f97e0000f97e0100",   .duplicateKey, 5, "NaN"),
  ]

  @Test("form goes before shape: what is malformed is said to be so, wherever a wrong field is")
  func formFirst() {
    // {"run_id": 1, then an array that a break ends too early}
    let input = bytes("a2 667275 6e5f6964 01 66737461747573 81ff")
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleRun(cbor: input) }
        == Refusal(.breakInDefinite, 17))
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleRun(json: utf8(#"{"run_id":1,"x":[}"#)) }
        == Refusal(.unexpectedByte, 17))
  }

  @Test("keys that differ in type are two keys")
  func keysOfTwoTypes() throws {
    let value = try WireValue(cbor: bytes("a4 01 00 f93c00 00 6131 00 c101 00"))
    guard case .map(let members) = value else {
      Issue.record("no map")
      return
    }
    #expect(members.count == 4)
  }

  @Test("the tag that says that this is CBOR is taken at the front")
  func selfDescribed() throws {
    #expect(try WireValue(cbor: bytes("d9d9f701")) == 1)
    #expect(try Int(cbor: bytes("d9d9f71818")) == 24)
  }

  struct Form: Sendable {
    let hex: String
    let value: WireValue

    init(_ hex: String, _ value: WireValue) {
      self.hex = hex
      self.value = value
    }
  }

  @Test("an integer has one form, however it was encoded", arguments: Self.forms)
  func oneForm(_ row: Form) throws {
    let value = try WireValue(cbor: bytes(row.hex))
    #expect(value == row.value)
    #expect(try WireValue(cbor: value.cbor()) == value)
  }

  // swift-format-ignore
  static let forms: [Form] = [
    Form("1a00000001", 1), Form("c24101", 1), Form("c2420001", 1), Form("c240", 0), Form("c34100", -1),
    Form("c348ffffffffffffffff", .bigInteger(negative: true, magnitude: [1, 0, 0, 0, 0, 0, 0, 0, 0])),
    Form("c25f4101ff", 1), Form("c245c2c241d2c2", 0xc2c2_41d2c2), Form("3b7fffffffffffffff", .integer(.min)),
    Form("3b8000000000000000", .bigInteger(negative: true, magnitude: [0x80, 0, 0, 0, 0, 0, 0, 1])),
    Form("c24980" + "0000000000000000", .bigInteger(negative: false, magnitude: [0x80, 0, 0, 0, 0, 0, 0, 0, 0])),
  ]

  @Test(
    "the tag that says this is CBOR says nothing about a value, wherever it stands",
    arguments: [
      ("d9d9f700", 0), ("d9d9f7d9d9f700", 0), ("81d9d9f7f7", [.undefined]),
      ("a1d9d9f7616101", ["a": 1]), ("c1d9d9f700", .tagged(1, 0)),
      ("c2d9d9f74101", 1),
    ] as [(String, WireValue)])
  func selfDescribed(_ hex: String, _ value: WireValue) throws {
    let read = try WireValue(cbor: bytes(hex))
    #expect(read == value)
    #expect(try WireValue(cbor: read.cbor()) == read)
  }

  // RFC 8949 §3.4.1 to §3.4.3 and §5.3.2; 37 is a UUID.
  // swift-format-ignore
  @Test(
    "a tag with a content that it cannot have is refused where the content begins",
    arguments: [
      ("c000", .wrongType, 1), ("c04101", .wrongType, 1), ("c06178", .badTimestamp, 1), ("c0c24101", .wrongType, 1),
      ("c074323031332d31332d32315432303a30343a30305a", .badTimestamp, 1),
      ("c1613f", .wrongType, 1), ("c1f4", .wrongType, 1), ("c1c249010000000000000000", .wrongType, 1),
      ("c200", .wrongType, 1), ("c26101", .wrongType, 1), ("c380", .wrongType, 1), ("c3c24101", .wrongType, 1),
      ("d82500", .wrongType, 2), ("d8254101", .badBytes, 2), ("d82551000102030405060708090a0b0c0d0e0f10", .badBytes, 2),
      ("82a10000c200", .wrongType, 5), ("d9d9f7c0d9d9f700", .wrongType, 4),
    ] as [(String, DecodeError.Kind, Int)])
  func invalidTagContent(_ hex: String, _ kind: DecodeError.Kind, _ offset: Int) throws {
    let refusal = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: bytes(hex)) }
    #expect(refusal?.kind == kind && refusal?.offset == offset, "\(String(describing: refusal))")
  }

  @Test(
    "a tag with the content that it must have is kept",
    arguments: [
      "c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0", "c13a514b67b0",
      "c1fb41d452d9ec200000", "d82550000102030405060708090a0b0c0d0e0f", "d84444010203ff",
      "d8184164",
    ])
  func validTagContent(_ hex: String) throws {
    #expect(try WireValue(cbor: bytes(hex)).cbor() == bytes(hex))
  }

  @Test("a bignum longer than what is taken for an integer stays a tagged byte string")
  func longBignum() throws {
    let limit = [UInt8](repeating: 0xff, count: Decimal.bytesMax)
    let atLimit = try WireValue(cbor: WireValue.tagged(2, .bytes(limit)).cbor())
    #expect(atLimit == .bigInteger(negative: false, magnitude: limit))
    for tag in [2, 3] as [UInt64] {
      let above = WireValue.tagged(tag, .bytes(tag == 2 ? limit + [0] : limit))
      #expect(try WireValue(cbor: above.cbor()) == above)
      #expect(try CBORDiagnostic.parse(CBORDiagnostic.print(above.cbor())) == above.cbor())
    }
  }
}
