internal import Contract
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
