import Testing

@testable import Wire

@Suite("diagnostic notation")
struct DiagnosticTests {
  @Test("what a stranger wrote moves no cursor")
  func escapes() throws {
    let value = WireValue.text("\u{9b}3m \u{202e}\u{2066}\u{7f} \" é 水")
    let printed = try CBORDiagnostic.print(value.cbor())
    #expect(printed == #""\u009b3m \u202e\u2066\u007f \" é 水""#)
    #expect(try CBORDiagnostic.parse(printed) == value.cbor())
  }

  @Test(
    "bytes that are longer than needed keep their form",
    arguments: [
      ("1800", "0_0"), ("190001", "1_1"), ("1a00000001", "1_2"), ("1b0000000000000001", "1_3"),
      ("3800", "-1_0"), ("3bffffffffffffffff", "-18446744073709551616"),
      // Twenty digits and a sign: the longest number that is printed from 64 bits.
      ("3bfffffffffffffffe", "-18446744073709551615"), ("580101", "h'01'_0"),
      ("7900016 1".replacing(" ", with: ""), "\"a\"_1"), ("980101", "[_0 1]"),
      ("b9000101 02".replacing(" ", with: ""), "{_1 1: 2}"),
      ("9800", "[_0 ]"), ("d80101", "1_0(1)"), ("fa3f800000", "1.0_2"),
      ("fb3ff0000000000000", "1.0_3"),
      ("5fff", "''_"), ("7fff", "\"\"_"), ("5f40ff", "(_ h'')"), ("5f580101ff", "(_ h'01'_0)"),
      ("bfff", "{_ }"), ("f97e01", "float'7e01'"), ("fa7f800001", "float'7f800001'"),
      ("fb7ff0000000000001", "float'7ff0000000000001'"), ("f9fe00", "float'fe00'"),
      ("c24101", "2(h'01')"), ("c24a00000000000000000001", "2(h'00000000000000000001')"),
      ("c2490000000000000000ff", "2(h'0000000000000000ff')"), ("f6f7f5", "null\nundefined\ntrue"),
      ("", ""),
      ("a2 00 00 00 00".replacing(" ", with: ""), "{0: 0, 0: 0}"),
    ])
  func prints(_ input: String, _ notation: String) throws {
    #expect(try CBORDiagnostic.print(bytes(input)) == notation)
    #expect(hex(try CBORDiagnostic.parse(notation)) == input)
  }

  @Test(
    "more is read than is written",
    arguments: [
      (" [ 1 , 2 ] ", "820102"), ("/ a comment / 1 /another/", "01"), ("1, 2 3", "010203"),
      ("b64'AQID'", "43010203"), ("h'01 02'", "420102"), ("b32'AEBAG'", "43010203"),
      ("h32'0410 6'", "43010203"), ("'it\\'s'", "4469742773"), ("<<1, \"a\">>", "43016161"),
      ("<<>>", "40"), ("simple(20)", "f4"), ("1e2", "f95640"), ("-0.0", "f98000"),
      ("1(2(3))", "c1c203"),
      ("(_ \"a\", \"b\")", "7f61616162ff"), ("18446744073709551616", "c249010000000000000000"),
    ])
  func parses(_ notation: String, _ expected: String) throws {
    #expect(hex(try CBORDiagnostic.parse(notation)) == expected)
  }

  @Test(
    "what is no notation is refused with its offset",
    arguments: [
      ("[1", DecodeError.Kind.endOfInput, 2), ("[1,]", .unexpectedByte, 3),
      ("{1}", .unexpectedByte, 2),
      ("nul", .unexpectedByte, 0), ("h'1'", .badBytes, 1), ("h'xx'", .badBytes, 1),
      ("'a", .endOfInput, 2),
      ("'\\n'", .badEscape, 2), ("256_0", .outOfRange, 0), ("1.1_1", .outOfRange, 0),
      ("1_4", .unexpectedByte, 2),
      ("simple(24)", .outOfRange, 0), ("simple(256)", .outOfRange, 0),
      ("simple(x)", .unexpectedByte, 7),
      ("(_ )", .unexpectedByte, 3), ("(_ 1)", .badChunkType, 3),
      ("(_ \"a\", h'')", .badChunkType, 8),
      ("(_ (_ \"a\"))", .badChunkType, 3), ("1(2", .endOfInput, 3), ("/x", .endOfInput, 2),
      ("float'00'", .badBytes, 0), ("01", .badNumber, 1), ("\"\u{1}\"", .controlCharacter, 1),
    ])
  func refuses(_ notation: String, _ kind: DecodeError.Kind, _ offset: Int) {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try CBORDiagnostic.parse(notation) }
        == Refusal(kind, offset))
  }

  @Test("nesting ends where it ends for bodies")
  func depth() {
    let nested = { (levels: Int) in
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(throws: Never.self) { try CBORDiagnostic.parse(nested(64)) }
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try CBORDiagnostic.parse(nested(65)) }
        == Refusal(.tooDeep, 64))
  }
}
