import Contract

/// What stands in `authorization` (RFC 6750 §2.1).
enum BearerCredential {
  case absent
  case token([UInt8])
  /// Another scheme, two fields, or no `token68`.
  case unreadable

  init(_ head: borrowing FieldSection) {
    switch head.single("authorization") {
    case .absent: self = .absent
    case .repeated: self = .unreadable
    case .value(let value): self = Self.read(head.bytes[value])
    }
  }

  private static let scheme = Array("bearer ".utf8)

  private static func read(_ value: ArraySlice<UInt8>) -> BearerCredential {
    // Setting the sixth bit makes letters lower case and leaves a space as it is.
    guard value.count > scheme.count,
      zip(value, scheme).allSatisfy({ $0 | 0x20 == $1 })
    else { return .unreadable }
    let token = value.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }
    let padding = token.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let body = token.dropLast(padding)
    guard !body.isEmpty, body.allSatisfy(isTokenByte) else { return .unreadable }
    return .token([UInt8](token))
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
