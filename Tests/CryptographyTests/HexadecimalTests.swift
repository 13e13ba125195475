import Cryptography
import Testing

/// A text that must be refused, and why.
struct RefusedText: CustomTestStringConvertible, Sendable {
  let text: String
  let refusal: Hexadecimal.Refusal
  var testDescription: String { text }
}

@Suite("hexadecimal")
struct HexadecimalTests {
  // swift-format-ignore
  static let refused: [RefusedText] = [
    RefusedText(text: "0",    refusal: .oddLength(1)),
    RefusedText(text: "abc",  refusal: .oddLength(3)),
    RefusedText(text: "0g",   refusal: .notADigit(at: 1)),
    RefusedText(text: "00x0", refusal: .notADigit(at: 2)),
    RefusedText(text: " 0",   refusal: .notADigit(at: 0)),
    RefusedText(text: "é",    refusal: .notADigit(at: 0)),
  ]

  @Test("writes lower case and reads both")
  func writesAndReads() throws {
    let bytes: [UInt8] = [0, 9, 10, 15, 16, 127, 128, 255]
    #expect(Hexadecimal.encode(bytes) == "00090a0f107f80ff")
    #expect(try Hexadecimal.decode("00090a0f107f80ff") == bytes)
    #expect(try Hexadecimal.decode("00090A0F107F80FF") == bytes)
    #expect(Hexadecimal.encode([]) == "")
    #expect(try Hexadecimal.decode("") == [])
  }

  @Test("refuses every other text", arguments: refused)
  func refuses(_ row: RefusedText) {
    #expect(throws: row.refusal) { try Hexadecimal.decode(row.text) }
  }
}
