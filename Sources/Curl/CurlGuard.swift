/// Which addresses a transfer may connect to: none of those networks that are not the internet's,
/// where a request of ours would come from inside.
package struct CurlGuard: Hashable, Sendable {
  /// Networks that may be reached all the same.
  private let allowed: [CurlNetwork]

  /// A guard that lets transfers into these networks as well.
  package init(allowing allowed: [CurlNetwork]) { self.allowed = allowed }

  /// A guard that lets transfers go everywhere.
  package static let open = CurlGuard(allowing: [
    CurlNetwork(standard: "0.0.0.0/0"), CurlNetwork(standard: "::/0"),
  ])

  /// Whether an address of 4 or 16 bytes may be reached.
  func permits(_ address: [UInt8]) -> Bool {
    let meant = Self.meant(by: address)
    if allowed.contains(where: { $0.contains(meant) }) { return true }
    return !Self.refused.contains { $0.contains(meant) }
  }

  /// The address of IPv4 that one of IPv6 stands for, or the address itself.
  private static func meant(by address: [UInt8]) -> [UInt8] {
    translated.contains { $0.contains(address) } ? Array(address.suffix(4)) : address
  }

  /// Networks whose last 32 bits are an address of IPv4: mapped ones (RFC 4291 §2.5.5.2) and those
  /// of a translator (RFC 6052).
  private static let translated = [
    CurlNetwork(standard: "::ffff:0:0/96"), CurlNetwork(standard: "64:ff9b::/96"),
  ]

  /// What is nobody's address in the internet (RFC 6890 and the registries it made), and what
  /// answers machines of a data centre alone.
  // swift-format-ignore
  static let refused = [
    CurlNetwork(standard: "0.0.0.0/8"),         // this host, on this network
    CurlNetwork(standard: "10.0.0.0/8"),        // private
    CurlNetwork(standard: "100.64.0.0/10"),     // behind a provider's translator
    CurlNetwork(standard: "127.0.0.0/8"),       // loopback
    CurlNetwork(standard: "168.63.129.16/32"),  // a cloud's word to its machines
    CurlNetwork(standard: "169.254.0.0/16"),    // link-local, where clouds tell machines their secrets
    CurlNetwork(standard: "172.16.0.0/12"),     // private
    CurlNetwork(standard: "192.0.0.0/24"),      // protocols
    CurlNetwork(standard: "192.0.2.0/24"),      // examples
    CurlNetwork(standard: "192.88.99.0/24"),    // relays of 6to4
    CurlNetwork(standard: "192.168.0.0/16"),    // private
    CurlNetwork(standard: "198.18.0.0/15"),     // measurements
    CurlNetwork(standard: "198.51.100.0/24"),   // examples
    CurlNetwork(standard: "203.0.113.0/24"),    // examples
    CurlNetwork(standard: "224.0.0.0/4"),       // multicast
    CurlNetwork(standard: "240.0.0.0/4"),       // reserved, broadcast
    // What begins with the bits 001 is the internet; all else is loopback, link-local (fe80::/10),
    // private (fc00::/7), multicast (ff00::/8), or nothing yet.
    CurlNetwork(standard: "::/3"),
    CurlNetwork(standard: "4000::/2"),
    CurlNetwork(standard: "8000::/1"),
    CurlNetwork(standard: "2001::/23"),         // protocols, Teredo among them
    CurlNetwork(standard: "2001:db8::/32"),     // examples
    CurlNetwork(standard: "2002::/16"),         // 6to4, which has an address of IPv4 within
    CurlNetwork(standard: "3fff::/20"),         // examples
  ]
}
