package import Contract

/// How a client has coded its body on top of the media type (RFC 9110 §8.4).
package enum ContentCoding: Hashable, Sendable {
  /// Not at all: there is no field, or it lists nothing but `identity`.
  case identity
  /// In another way; the first coding that is not `identity`, as the client wrote it and cut after
  /// `nameMax` bytes.
  case coded(String)

  /// The longest name that a refusal repeats, in bytes.
  package static let nameMax = 64

  /// The coding of the body that comes with `head`; several fields are one list (RFC 9110 §5.3).
  package init(_ head: borrowing FieldSection) {
    self = .identity
    var entry = head.next("content-encoding", after: nil)
    while let found = entry, self == .identity {
      self = Self.read(head, found.value)
      entry = head.next("content-encoding", after: found)
    }
  }

  private static func read(_ head: borrowing FieldSection, _ value: Range<Int>) -> ContentCoding {
    for member in head.bytes[value].split(separator: UInt8(ascii: ",")) {
      let begun = member.drop(while: isSpace)
      // RFC 9110 §5.6.1: empty members of a list are ignored.
      guard let last = begun.lastIndex(where: { !isSpace($0) }) else { continue }
      let name = String(decoding: begun[...last].prefix(nameMax), as: UTF8.self)
      // RFC 9110 §8.4.1: names of codings have no case.
      if name.lowercased() != "identity" { return .coded(name) }
    }
    return .identity
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
