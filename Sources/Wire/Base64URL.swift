/// Byte strings as text: RFC 4648 §5 without padding, as RFC 8949 §6.1 asks for JSON.
package enum Base64URL {
  /// The text of `bytes`.
  package static func text(_ bytes: [UInt8]) -> String {
    String(decoding: encoded(bytes), as: UTF8.self)
  }

  /// The text of `bytes` as ASCII.
  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    // The standard library notes a count even in the empty array that all threads share.
    guard !bytes.isEmpty else { return [] }
    // SAFETY: the array lends a room of that length.
    return unsafe [UInt8](unsafeUninitializedCapacity: length(of: bytes)) { room, count in
      count = unsafe encode(bytes, into: room)
    }
  }

  /// How many letters stand for `bytes`.
  static func length(of bytes: [UInt8]) -> Int { (bytes.count * 4 + 2) / 3 }

  /// Writes the letters for `bytes` into `room`, which has that length, and gives it.
  static func encode(_ bytes: [UInt8], into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    precondition(room.count >= length(of: bytes), "a room shorter than the text")
    let letters = letters
    var index = 0
    var end = 0
    while index &+ 3 <= bytes.count {
      let bits =
        UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2])
      // SAFETY: four letters for three bytes, which the check above counted; six bits are below 64.
      unsafe room[end] = letters[Int(bits >> 18)]
      unsafe room[end &+ 1] = letters[Int(bits >> 12 & 63)]
      unsafe room[end &+ 2] = letters[Int(bits >> 6 & 63)]
      unsafe room[end &+ 3] = letters[Int(bits & 63)]
      index &+= 3
      end &+= 4
    }
    guard index < bytes.count else { return end }
    let rest = bytes.count &- index
    let bits = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index &+ 1]) << 8 : 0)
    for shift in [18, 12, 6].prefix(rest &+ 1) {
      // SAFETY: as above, two letters for one byte and three for two.
      unsafe room[end] = letters[Int(bits >> UInt32(shift) & 63)]
      end &+= 1
    }
    return end
  }

  /// The bytes that `text` stands for, or nil when it is not the one text that `text(_:)` makes.
  package static func bytes(_ text: [UInt8]) -> [UInt8]? { bytes(text.span) }

  /// The same for a part of a longer text.
  package static func bytes(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    guard !text.isEmpty else { return [] }
    var isText = true
    // SAFETY: the array lends three bytes for four letters.
    let output = unsafe [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { room, count in
      (isText, count) = unsafe decode(text, into: room)
    }
    return isText ? output : nil
  }

  private static func decode(
    _ text: Span<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>
  ) -> (isText: Bool, count: Int) {
    let values = values
    func value(_ letter: UInt8) -> UInt32 { UInt32(values[Int(letter)]) }
    var index = 0
    var end = 0
    // The bits that no letter sets gather here, so that one look at the end tells.
    var wrong: UInt32 = 0
    while index &+ 4 <= text.count {
      let (first, second) = (value(text[index]), value(text[index &+ 1]))
      let (third, fourth) = (value(text[index &+ 2]), value(text[index &+ 3]))
      wrong |= first | second | third | fourth
      let bits = first << 18 | second << 12 | third << 6 | fourth
      // SAFETY: three bytes for each four letters.
      unsafe room[end] = UInt8(truncatingIfNeeded: bits >> 16)
      unsafe room[end &+ 1] = UInt8(truncatingIfNeeded: bits >> 8)
      unsafe room[end &+ 2] = UInt8(truncatingIfNeeded: bits)
      index &+= 4
      end &+= 3
    }
    var bits: UInt32 = 0
    let rest = text.count &- index
    for place in index..<text.count {
      wrong |= value(text[place])
      bits = bits << 6 | value(text[place])
    }
    // Left-over bits must be zero: otherwise two texts would stand for one byte string.
    let spare: UInt32 = rest == 0 ? 0 : rest == 2 ? 4 : 2
    guard wrong < 64, bits & (1 << spare &- 1) == 0 else { return (false, 0) }
    bits >>= spare
    for shift in stride(from: (rest &- 2) * 8, through: 0, by: -8) {
      // SAFETY: one byte for two letters, two for three.
      unsafe room[end] = UInt8(truncatingIfNeeded: bits >> UInt32(shift))
      end &+= 1
    }
    return (true, end)
  }

  private static let letters = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 0xff, count: 256)
    for (value, letter) in letters.enumerated() { table[Int(letter)] = UInt8(value) }
    return table
  }()
}
