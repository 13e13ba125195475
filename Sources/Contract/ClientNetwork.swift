/// Where a client is: an address of IPv4, or the /64 of an address of IPv6, within which one client
/// has as many addresses as it likes (RFC 7217).
package struct ClientNetwork: Hashable, Sendable {
  private let isVersion6: Bool
  private let bits: UInt64

  /// Where a request that came over no network is.
  package static let nowhere = ClientNetwork(isVersion6: false, bits: 0)

  /// The network of an address in 32 bits, the first byte highest.
  package static func version4(_ address: UInt32) -> ClientNetwork {
    ClientNetwork(isVersion6: false, bits: UInt64(address))
  }

  /// The network of an address in two halves, the first byte highest; one that stands for an
  /// address of IPv4 is that address (RFC 4291 §2.5.5.2).
  package static func version6(_ high: UInt64, _ low: UInt64) -> ClientNetwork {
    if high == 0, low >> 32 == 0xffff { return version4(UInt32(truncatingIfNeeded: low)) }
    return ClientNetwork(isVersion6: true, bits: high)
  }

  /// A name for tables of networks; no two have the same.
  package var name: String { (isVersion6 ? "6:" : "4:") + String(bits, radix: 16) }
}
