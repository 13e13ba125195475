/// A name of a file or a folder as it stands on the disk: one part of a path, whatever it names.
///
/// A name and what it becomes belong together one to one.
struct TreeName: Hashable, Sendable {
  /// What it looks like on the disk.
  let text: String
  /// What it means.
  let meaning: String

  /// The most UTF-8 bytes on the disk; Linux takes 255.
  static let bytesMax = 240

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// Nil for no name at all, and for one that would be too long.
  init?(_ meaning: String) {
    guard !meaning.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for byte in meaning.utf8 {
      guard Self.isPlain(byte, first: bytes.isEmpty) else {
        bytes += [UInt8(ascii: "%"), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 0xf)]]
        continue
      }
      bytes.append(byte)
    }
    guard bytes.count <= Self.bytesMax else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
    self.meaning = meaning
  }

  /// The name that stands on the disk as that; nil for what no name becomes.
  init?(onDisk text: String) {
    var meaning: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        meaning.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(Self.digits.firstIndex),
        let low = rest.popFirst().flatMap(Self.digits.firstIndex)
      else { return nil }
      meaning.append(UInt8(high << 4 | low))
    }
    guard let meaning = String(validating: meaning, as: UTF8.self),
      let name = TreeName(meaning), name.text.utf8.elementsEqual(text.utf8)
    else { return nil }
    self = name
  }

  /// What stands as it is: no separator, no control, no sign of this coding, no first dot.
  private static func isPlain(_ byte: UInt8, first isFirst: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "\\"), 0...0x1f, 0x7f: false
    case UInt8(ascii: "."): !isFirst
    default: true
    }
  }
}
