/// Byte strings as text: RFC 4648 §5 without padding, as RFC 8949 §6.1 asks for JSON.
package enum Base64URL {
  /// The text of `bytes`.
  package static func text(_ bytes: [UInt8]) -> String {
    String(decoding: encoded(bytes), as: UTF8.self)
  }

  /// The text of `bytes` as ASCII.
  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count * 4 + 2) / 3)
    var bits: UInt32 = 0
    var width = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      width += 8
      while width >= 6 {
        width -= 6
        output.append(letters[Int(bits >> UInt32(width) & 63)])
      }
    }
    if width > 0 { output.append(letters[Int(bits << UInt32(6 - width) & 63)]) }
    return output
  }

  /// The bytes that `text` stands for, or nil when it is not the one text that `text(_:)` makes.
  package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(text.count * 3 / 4)
    var bits: UInt32 = 0
    var width = 0
    for letter in text {
      let value = values[Int(letter)]
      guard value < 64 else { return nil }
      bits = bits << 6 | UInt32(value)
      width += 6
      if width >= 8 {
        width -= 8
        output.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
      }
    }
    // Left-over bits must be zero: otherwise two texts would stand for one byte string.
    guard bits & ((1 << UInt32(width)) - 1) == 0 else { return nil }
    return output
  }

  private static let letters = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 0xff, count: 256)
    for (value, letter) in letters.enumerated() { table[Int(letter)] = UInt8(value) }
    return table
  }()
}
