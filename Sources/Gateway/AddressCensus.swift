internal import Synchronization

/// How many connections are open in the process from each network of clients.
final class AddressCensus: Sendable {
  private let counts = Mutex<[ClientNetwork: Int]>([:])

  /// Counts one more connection in, unless there are `limit` of them.
  func enter(_ network: ClientNetwork, limit: Int) -> Bool {
    counts.withLock { counts in
      let count = counts[network, default: 0]
      guard count < limit else { return false }
      counts[network] = count + 1
      return true
    }
  }

  func leave(_ network: ClientNetwork) {
    counts.withLock { counts in
      let left = counts[network, default: 1] - 1
      counts[network] = left == 0 ? nil : left
    }
  }
}

/// Whom a connection is counted for: an address of IPv4, or the /64 of an address of IPv6, within
/// which one client has as many addresses as it likes (RFC 7217).
struct ClientNetwork: Hashable, Sendable {
  private let isVersion6: Bool
  private let bits: UInt64

  static func version4(_ address: UInt32) -> ClientNetwork {
    ClientNetwork(isVersion6: false, bits: UInt64(address))
  }

  /// The network of an address in two halves, the first byte highest; one that stands for an
  /// address of IPv4 is that address (RFC 4291 §2.5.5.2).
  static func version6(_ high: UInt64, _ low: UInt64) -> ClientNetwork {
    if high == 0, low >> 32 == 0xffff { return version4(UInt32(truncatingIfNeeded: low)) }
    return ClientNetwork(isVersion6: true, bits: high)
  }
}
