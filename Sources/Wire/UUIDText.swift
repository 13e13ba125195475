/// The text form of a UUID (RFC 9562 §4).
enum UUIDText {
  /// `8-4-4-4-12` in lower case, or nil when there are not 16 bytes.
  static func text(_ bytes: [UInt8]) -> String? {
    guard bytes.count == 16 else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
      text.append(Hex.digit(byte >> 4))
      text.append(Hex.digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
