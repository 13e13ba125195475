/// Free text of a header: as it is where it is short ASCII, in encoded words (RFC 2047) elsewhere.
struct HeaderText {
  /// RFC 2047 §2: no line that holds an encoded word is longer.
  private static let lineMax = 76
  /// Bytes in one word: with them, its frame and a header's name a line is full.
  private static let wordBytesMax = 39
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The value, whose lines after the first begin with a space.
  let folded: String

  /// The value of the header `name`; `text` has no control characters.
  init(_ text: String, in name: String) {
    let isPlain =
      text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
      && name.utf8.count + 2 + text.utf8.count <= Self.lineMax
    folded =
      isPlain
      ? text : Self.words(text).map { "=?utf-8?B?\($0)?=" }.joined(separator: "\r\n ")
  }

  /// The Base64 of pieces of `text`, none of which ends within a character.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var piece: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > wordBytesMax {
        words.append(base64(piece))
        piece = []
      }
      piece += bytes
    }
    return words + [base64(piece)]
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      let letters = [18, 12, 6, 0].map { alphabet[bits >> $0 & 63] }
      output += letters.prefix(group.count + 1)
      output += Array(repeating: UInt8(ascii: "="), count: 3 - group.count)
    }
    return String(decoding: output, as: UTF8.self)
  }
}
