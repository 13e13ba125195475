/// A name or an address that a certificate can speak for; whoever holds one holds a checked one.
package struct HostName: Hashable, Sendable {
  enum Kind: Hashable {
    /// A DNS name in lower case; its first label may be `*`.
    case name(String)
    /// An IPv4 or IPv6 address: 4 or 16 bytes.
    case address([UInt8])
  }

  /// What kind of host it names.
  let kind: Kind

  /// The name that every machine has for itself.
  package static let localhost = HostName(kind: .name("localhost"))
  /// Every name right below `localhost`.
  package static let anyLocalhost = HostName(kind: .name("*.localhost"))
  /// 127.0.0.1.
  package static let loopback4 = HostName(kind: .address([127, 0, 0, 1]))
  /// ::1.
  package static let loopback6 = HostName(kind: .address([UInt8](repeating: 0, count: 15) + [1]))

  /// The length of a DNS name, in bytes (RFC 1035 §2.3.4).
  package static let nameMax = 253
  /// The length of one label of a DNS name, in bytes (RFC 1035 §2.3.4).
  package static let labelMax = 63

  /// The host that a text names: an IP address, or a DNS name; nil if it is neither.
  ///
  /// Underscores are accepted, because machines are really named so.
  package init?(_ text: String) {
    if let address = ipAddress(text) {
      kind = .address(address)
      return
    }
    let name = text.lowercased()
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= Self.nameMax, let first = labels.first else { return nil }
    let isWildcard = labels.count > 1 && first.elementsEqual([UInt8(ascii: "*")])
    guard labels.dropFirst(isWildcard ? 1 : 0).allSatisfy(Self.isLabel) else { return nil }
    // A last label of digits would be read as an address by some: the WHATWG URL standard §3.5.
    guard let last = labels.last, !last.allSatisfy(Self.isDigit) else { return nil }
    kind = .name(name)
  }

  /// Whether it is an address that only this machine has for itself (RFC 6890 §2.2.2).
  package var isLoopbackAddress: Bool {
    switch kind {
    case .name: false
    case .address(let bytes): bytes.count == 4 ? bytes[0] == 127 : self == .loopback6
    }
  }

  private init(kind: Kind) {
    self.kind = kind
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
    switch kind {
    case .name(let name): name
    case .address(let bytes) where bytes.count == 4: bytes.map { "\($0)" }.joined(separator: ".")
    case .address(let bytes):
      stride(from: 0, to: bytes.count, by: 2)
        .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        .joined(separator: ":")
    }
  }
}
