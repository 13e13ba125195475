import Testing

@testable import Wire
@testable import WireSamples

@Suite("CBOR vectors of RFC 8949")
struct CBORVectorTests {
  @Test("appendix A reads, prints, parses and is written again", arguments: Self.good)
  func appendixA(_ row: WireValue) throws {
    let input = bytes(row.string("hex"))
    let value = try WireValue(cbor: input)
    #expect(try CBORDiagnostic.print(input) == row.string("notation"))
    #expect(try CBORDiagnostic.parse(row.string("notation")) == input)
    #expect((value.cbor() == input) == row.flag("deterministic"))
    #expect(try WireValue(cbor: value.cbor()) == value)
  }

  @Test(
    "appendix F is refused by kind and offset, as open value, record and text", arguments: Self.bad)
  func appendixF(_ row: WireValue) {
    let input = bytes(row.string("hex"))
    let expected = Refusal(
      DecodeError.Kind(rawValue: row.string("kind")) ?? .wrongType, row.number("offset"))
    let open = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: input) }
    #expect(open?.kind == expected.kind && open?.offset == expected.offset)
    let record = Refusal.of { () throws(DecodeError) in _ = try SampleRun(cbor: input) }
    #expect(record?.kind == expected.kind && record?.offset == expected.offset)
    let printed = Refusal.of { () throws(DecodeError) in _ = try CBORDiagnostic.print(input) }
    #expect(printed == expected)
  }

  @Test("the vector of RFC 7049 that RFC 8949 forbids is refused")
  func twoByteSimple() {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: bytes("f818")) }
        == Refusal(.badSimple, 1))
  }

  @Test("no byte is no item")
  func empty() {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleRun(cbor: []) }
        == Refusal(.endInHead, 0))
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: []) }
        == Refusal(.endInHead, 0))
  }

  static let good = VectorFile.own("rfc8949-appendix-a.json")
  static let bad = VectorFile.own("rfc8949-appendix-f.json")
}
