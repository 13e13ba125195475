package import Contract

/// What stands in `authorization` (RFC 6750 §2.1).
package enum BearerCredential: Hashable {
  case absent
  case token([UInt8])
  /// Another scheme, two fields, or no `token68`.
  case unreadable

  /// The credential of a request.
  package init(_ head: borrowing FieldSection) {
    switch head.single("authorization") {
    case .absent: self = .absent
    case .repeated: self = .unreadable
    case .value(let value): self = Self.read(head.bytes.span.extracting(value))
    }
  }

  private static let scheme: InlineArray<7, UInt8> = [0x62, 0x65, 0x61, 0x72, 0x65, 0x72, 0x20]

  private static func read(_ value: Span<UInt8>) -> BearerCredential {
    guard value.count > scheme.count else { return .unreadable }
    // Setting the sixth bit makes letters lower case and leaves a space as it is.
    for index in scheme.indices where value[index] | 0x20 != scheme[index] { return .unreadable }
    var start = scheme.count
    while start < value.count, value[start] == UInt8(ascii: " ") { start += 1 }
    var end = value.count
    while end > start, value[end - 1] == UInt8(ascii: "=") { end -= 1 }
    guard end > start else { return .unreadable }
    for index in start..<end where !isTokenByte(value[index]) { return .unreadable }
    return .token(
      [UInt8](capacity: value.count - start) { output in
        for index in start..<value.count { output.append(value[index]) }
      })
  }

  /// RFC 9110 §11.2, `token68`.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}
