import Testing

@testable import Wire

@Suite("types that limit a value")
struct ScalarTests {
  @Test(
    "a text's length counts Unicode scalars",
    arguments: [
      ("", false), ("a", false), ("ab", true), ("aé水😀", true), ("aé水😀b", false), ("e\u{301}", true),
      ("😀", false), ("😀😀", true), ("😀😀😀😀", true), ("😀😀😀😀😀", false), ("abcdef", false),
    ])
  func length(_ input: String, _ isAllowed: Bool) {
    #expect((Text<2, 4>(checking: input) != nil) == isAllowed)
    #expect(((try? Text<2, 4>(json: input.json())) != nil) == isAllowed)
    #expect(((try? Text<2, 4>(cbor: input.cbor())) != nil) == isAllowed)
  }

  @Test(
    "a text at its limits and one beyond",
    arguments: [(0, false), (1, true), (10, true), (11, false)])
  func limits(_ count: Int, _ isAllowed: Bool) {
    let kind = Refusal.of { () throws(DecodeError) in
      _ = try Text<1, 10>(json: String(repeating: "水", count: count).json())
    }?.kind
    #expect((kind == nil) == isAllowed)
    #expect(kind == nil || kind == (count == 0 ? .tooShort : .tooLong))
  }

  struct Tag: PatternedText {
    let text: String

    static let form = TextSchema(minimum: 3, maximum: 3, pattern: "^[a-z]{3}$")

    init?(checking text: String) {
      guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x61...0x7a).contains($0) }) else {
        return nil
      }
      self.text = text
    }
  }

  @Test("a text with a form of its own is refused when it has another")
  func patterned() throws {
    #expect(try Tag(json: utf8("\"abc\"")).text == "abc")
    #expect(try Tag(cbor: Tag(json: utf8("\"abc\"")).cbor()).text == "abc")
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try [Tag](json: utf8(#"["abc", "abcd"]"#)) }
        == Refusal(.patternMismatch, 8, "[1]"))
    #expect(Tag.schema.jsonSchema()["pattern"] == "^[a-z]{3}$")
  }

  @Test("a text under the tag of date-times is one")
  func taggedDateTime() throws {
    let time = "2026-02-12T06:39:01Z"
    #expect(try String(cbor: WireValue.tagged(0, .text(time)).cbor()) == time)
    for text in ["", "x", "2026-02-12", "2026-13-01T00:00:00Z"] {
      #expect {
        _ = try String(cbor: WireValue.tagged(0, .text(text)).cbor())
      } throws: {
        ($0 as? DecodeError)?.offset == 1
      }
    }
  }

  @Test("a UUID under its tag reads as text")
  func uuid() throws {
    let uuid = WireValue.tagged(37, .bytes([UInt8](0..<16)))
    #expect(try String(cbor: uuid.cbor()) == "00010203-0405-0607-0809-0a0b0c0d0e0f")
    #expect(
      Refusal.of { () throws(DecodeError) in
        _ = try String(cbor: WireValue.tagged(37, .bytes([1])).cbor())
      }
        == Refusal(.badBytes, 2))
  }

  @Test(
    "only the one text of a byte string is taken",
    arguments: [
      ("", true), ("AA", true), ("AAA", true), ("AAAA", true), ("A", false), ("AB", false),
      ("AAB", false),
      ("AA==", false), ("A+", false), ("A/", false), ("AA A", false), ("AAé", false),
      ("AAAAA", false),
    ])
  func base64(_ input: String, _ isGood: Bool) throws {
    let read = Base64URL.bytes(utf8(input))
    #expect((read != nil) == isGood)
    if let read { #expect(Base64URL.text(read) == input) }
  }

  @Test("byte strings of every length come back, and no letter may be another")
  func base64Lengths() throws {
    for count in 0...100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 151 + count) }
      var text = utf8(Base64URL.text(bytes))
      #expect(text.count == (count * 8 + 5) / 6)
      #expect(Base64URL.bytes(text) == bytes)
      for index in text.indices {
        let letter = text[index]
        for wrong in utf8("=+/ \u{0}é") {
          text[index] = wrong
          #expect(Base64URL.bytes(text) == nil)
        }
        text[index] = letter
      }
    }
  }
}
