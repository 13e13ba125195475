import Cryptography
import Testing

/// Bytes and their text.
struct TextRow: CustomTestStringConvertible, Sendable {
  let bytes: [UInt8]
  let text: String
  var testDescription: String { text.isEmpty ? "empty" : text }
}

/// A text that must be refused, and why.
struct RefusedText<Refusal: Error & Equatable & Sendable>: CustomTestStringConvertible, Sendable {
  let text: String
  let refusal: Refusal
  var testDescription: String { text }
}

@Suite("base64url")
struct Base64URLTests {
  // RFC 4648 §10, and the two letters in which the alphabets differ.
  // swift-format-ignore
  static let rows = [
    TextRow(bytes: [],                     text: ""),
    TextRow(bytes: Array("f".utf8),        text: "Zg"),
    TextRow(bytes: Array("fo".utf8),       text: "Zm8"),
    TextRow(bytes: Array("foo".utf8),      text: "Zm9v"),
    TextRow(bytes: Array("foob".utf8),     text: "Zm9vYg"),
    TextRow(bytes: Array("fooba".utf8),    text: "Zm9vYmE"),
    TextRow(bytes: Array("foobar".utf8),   text: "Zm9vYmFy"),
    TextRow(bytes: [0xfb, 0xff, 0xbf],     text: "-_-_"),
    TextRow(bytes: [0, 0, 0],              text: "AAAA"),
    TextRow(bytes: [0xff],                 text: "_w"),
  ]

  // swift-format-ignore
  static let refused: [RefusedText<Base64URL.Refusal>] = [
    RefusedText(text: "Z",      refusal: .impossibleLength(1)),
    RefusedText(text: "Zm9vY",  refusal: .impossibleLength(5)),
    RefusedText(text: "Zg==",   refusal: .notInAlphabet(at: 2)),
    RefusedText(text: "Zm8=",   refusal: .notInAlphabet(at: 3)),
    RefusedText(text: "+/+/",   refusal: .notInAlphabet(at: 0)),
    RefusedText(text: "Zm 9",   refusal: .notInAlphabet(at: 2)),
    RefusedText(text: "Zm9\n",  refusal: .notInAlphabet(at: 3)),
    RefusedText(text: "Zmé",    refusal: .notInAlphabet(at: 2)),
    RefusedText(text: "Zm\0v",  refusal: .notInAlphabet(at: 2)),
    RefusedText(text: "Zh",     refusal: .strayBits(at: 1)),
    RefusedText(text: "Zm9",    refusal: .strayBits(at: 2)),
  ]

  @Test("is the published text of the bytes", arguments: rows)
  func encodes(_ row: TextRow) throws {
    #expect(Base64URL.encode(row.bytes) == row.text)
    #expect(try Base64URL.decode(row.text) == row.bytes)
  }

  @Test("comes back for every length", arguments: 0..<70)
  func comesBack(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 91 + count) }
    let text = Base64URL.encode(bytes)
    #expect(try Base64URL.decode(text) == bytes)
    #expect(try Base64URL.decode(Array(text.utf8).span) == bytes)
  }

  @Test("refuses every other text", arguments: refused)
  func refuses(_ row: RefusedText<Base64URL.Refusal>) {
    #expect(throws: row.refusal) { try Base64URL.decode(row.text) }
  }

  @Test("has exactly one text of two digits for each byte")
  func isCanonical() {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let texts = digits.flatMap { first in digits.map { [first, $0] } }
    let decoded = texts.compactMap { try? Base64URL.decode($0.span) }
    #expect(decoded.count == 256)
    #expect(Set(decoded).count == 256)
  }
}
