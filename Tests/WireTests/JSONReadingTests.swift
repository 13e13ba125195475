import Testing

@testable import Wire

@Suite("reading JSON")
struct JSONReadingTests {
  struct Good: Sendable, CustomTestStringConvertible {
    let text: String
    let value: WireValue
    var testDescription: String { text }
  }

  @Test("a text reads as its value", arguments: Self.good)
  func reads(_ row: Good) throws {
    #expect(try WireValue(json: utf8(row.text)) == row.value)
  }

  static let good: [Good] = [
    Good(text: " \t\r\n1 ", value: 1),
    Good(text: "-0", value: 0),
    Good(text: "-0.0", value: -0.0),
    Good(text: "1.0", value: 1.0),
    Good(text: "1e2", value: 100.0),
    Good(text: "1E+2", value: 100.0),
    Good(text: "0.1", value: 0.1),
    Good(text: "123456789012345678.5", value: 123456789012345678.5),
    Good(
      text: "2.2250738585072011e-308", value: .double(Double(bitPattern: 0x000f_ffff_ffff_ffff))),
    Good(text: "1e-400", value: 0.0),
    Good(text: "999999999999999999", value: 999_999_999_999_999_999),
    Good(text: "9223372036854775807", value: .integer(.max)),
    Good(text: "-9223372036854775808", value: .integer(.min)),
    Good(text: "9223372036854775808", value: .unsigned(1 << 63)),
    Good(text: "18446744073709551615", value: .unsigned(.max)),
    Good(
      text: "18446744073709551616",
      value: .bigInteger(negative: false, magnitude: [1, 0, 0, 0, 0, 0, 0, 0, 0])),
    Good(
      text: "-9223372036854775809",
      value: .bigInteger(negative: true, magnitude: [0x80, 0, 0, 0, 0, 0, 0, 1])),
    Good(text: #""\u0000\u001f\"\\\/\b\f\n\r\t""#, value: "\u{0}\u{1f}\"\\/\u{8}\u{c}\n\r\t"),
    Good(text: #""\u00e9\u6c34\ud83d\ude00\uD83D\uDE00""#, value: "é水😀😀"),
    Good(text: "\"é水😀\u{7f}\u{2028}\"", value: "é水😀\u{7f}\u{2028}"),
    Good(text: #"{"a":{"b":[]},"":{}}"#, value: ["a": ["b": []], "": [:]]),
    Good(text: "[[],[null,true,false]]", value: [[], [nil, true, false]]),
  ]

  struct Bad: Sendable, CustomTestStringConvertible {
    let text: [UInt8]
    let refusal: Refusal
    var testDescription: String { "\(refusal): \(String(decoding: text, as: UTF8.self))" }

    init(_ text: String, _ kind: DecodeError.Kind, _ offset: Int, _ path: String = "") {
      self.text = utf8(text)
      refusal = Refusal(kind, offset, path)
    }

    init(hex: String, _ kind: DecodeError.Kind, _ offset: Int) {
      text = bytes(hex)
      refusal = Refusal(kind, offset)
    }
  }

  @Test("a text that is no JSON is refused with its offset", arguments: Self.bad)
  func refuses(_ row: Bad) {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(json: row.text) } == row.refusal)
  }

  // swift-format-ignore
  static let bad: [Bad] = [
    Bad("", .endOfInput, 0),
    Bad("  ", .endOfInput, 2),
    Bad("[", .endOfInput, 1),
    Bad("[1", .endOfInput, 2),
    Bad("[1,", .endOfInput, 3),
    Bad("{", .endOfInput, 1),
    Bad("{\"a\"", .endOfInput, 4),
    Bad("{\"a\":", .endOfInput, 5, "a"),
    Bad("\"a", .endOfInput, 2),
    Bad("\"a\\", .endOfInput, 3),
    Bad("tru", .endOfInput, 3),
    Bad("-", .endOfInput, 1),
    Bad("1.", .endOfInput, 2),
    Bad("1e+", .endOfInput, 3),
    Bad("1 2", .trailingBytes, 2),
    Bad("{}}", .trailingBytes, 2),
    Bad("trux", .unexpectedByte, 3),
    Bad("[1,]", .unexpectedByte, 3),
    Bad("[,1]", .unexpectedByte, 1, "[0]"),
    Bad("[1 2]", .unexpectedByte, 3),
    Bad("{\"a\":1,}", .unexpectedByte, 7),
    Bad("{a:1}", .unexpectedByte, 1),
    Bad("{\"a\" 1}", .unexpectedByte, 5),
    Bad("{\"a\":1 \"b\":2}", .unexpectedByte, 7),
    Bad("{1:2}", .unexpectedByte, 1),
    Bad("NaN", .unexpectedByte, 0),
    Bad("+1", .unexpectedByte, 0),
    Bad(".5", .unexpectedByte, 0),
    Bad("'a'", .unexpectedByte, 0),
    Bad("/**/1", .unexpectedByte, 0),
    Bad("\u{feff}1", .unexpectedByte, 0),
    Bad("01", .badNumber, 1),
    Bad("-x", .badNumber, 1),
    Bad("1.e1", .badNumber, 2),
    Bad("1ex", .badNumber, 2),
    Bad("1e400", .outOfRange, 0),
    Bad("\"\\x\"", .badEscape, 2),
    Bad("\"\\u12g4\"", .badEscape, 5),
    Bad("\"\\u12\"", .badEscape, 5),
    Bad("\"\\ud800\"", .loneSurrogate, 1),
    Bad("\"\\ud800\\u0041\"", .loneSurrogate, 1),
    Bad("\"a\\udc00\"", .loneSurrogate, 2),
    Bad("\"a\nb\"", .controlCharacter, 2),
    Bad("\"aaaaaaaaaaaaaaa\tb\"", .controlCharacter, 16),
    Bad("{\"a\":1,\"b\":2,\"a\":3}", .duplicateKey, 13, "a"),
    Bad("{\"a\":1,\"\\u0061\":3}", .duplicateKey, 7, "a"),
    Bad("[{\"k\":{\"a\":1,\"a\":2}}]", .duplicateKey, 13, "[0].k.a"),
    Bad(hex: "22ff22", .invalidUTF8, 1),
    Bad(hex: "2261c080 22", .invalidUTF8, 2),
    Bad(hex: "22eda08022", .invalidUTF8, 1),
    Bad(hex: "22f490808022", .invalidUTF8, 1),
    Bad(hex: "2261e6b022", .invalidUTF8, 2),
    Bad(hex: "225c6e61ff22", .invalidUTF8, 4),
    Bad(hex: "00", .unexpectedByte, 0),
    Bad(String(repeating: "9", count: 618), .outOfRange, 0),
  ]

  @Test("the largest integer that is allowed is read exactly, the next one is refused")
  func largestInteger() throws {
    let largest = [UInt8](repeating: 0xff, count: Decimal.bytesMax)
    let digits = Decimal.digits(negative: false, magnitude: largest)
    #expect(try WireValue(json: digits).json() == digits)
    let next = Decimal.digits(negative: true, magnitude: Decimal.incremented(largest))
    #expect(next.count == digits.count + 1)
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try WireValue(json: next) }
        == Refusal(.outOfRange, 0))
  }
}
