/// A name or an address that a certificate can speak for.
package enum HostName: Hashable, Sendable {
  /// A DNS name in lower case; its first label may be `*`.
  case name(String)
  /// An IPv4 or IPv6 address: 4 or 16 bytes.
  case address([UInt8])

  /// The length of a DNS name, in bytes (RFC 1035 §2.3.4).
  package static let nameMax = 253
  /// The length of one label of a DNS name, in bytes (RFC 1035 §2.3.4).
  package static let labelMax = 63

  /// The host that a text names: an IP address, or a DNS name; nil if it is neither.
  ///
  /// Underscores are accepted, because machines are really named so.
  package init?(_ text: String) {
    if let address = ipAddress(text) {
      self = .address(address)
      return
    }
    let name = text.lowercased()
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= Self.nameMax, let first = labels.first else { return nil }
    let isWildcard = labels.count > 1 && first.elementsEqual([UInt8(ascii: "*")])
    guard labels.dropFirst(isWildcard ? 1 : 0).allSatisfy(Self.isLabel) else { return nil }
    // A last label of digits would be read as an address by some: the WHATWG URL standard §3.5.
    guard let last = labels.last, !last.allSatisfy(Self.isDigit) else { return nil }
    self = .name(name)
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    let hyphen = UInt8(ascii: "-")
    return (1...labelMax).contains(label.count) && label.first != hyphen && label.last != hyphen
      && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == hyphen || $0 == UInt8(ascii: "_") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

extension HostName: CustomStringConvertible {
  package var description: String {
    switch self {
    case .name(let name): name
    case .address(let bytes) where bytes.count == 4: bytes.map { "\($0)" }.joined(separator: ".")
    case .address(let bytes):
      stride(from: 0, to: bytes.count, by: 2)
        .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        .joined(separator: ":")
    }
  }
}
