internal import Synchronization

/// How many feeds are open in the process, on each stream of the log and for each principal.
package final class FeedCensus: Sendable {
  private struct Counts {
    var total = 0
    var byStream: [String: Int] = [:]
    var byPrincipal: [String: Int] = [:]
  }

  private let counts = Mutex(Counts())

  package init() {}

  /// The feeds that are open now.
  package var total: Int { counts.withLock { $0.total } }

  /// Counts one more feed in, unless a cap is reached.
  func enter(stream: String, principal: String, limits: GatewayLimits) -> Bool {
    counts.withLock { counts in
      guard counts.total < limits.feedsMax,
        counts.byStream[stream, default: 0] < limits.feedsPerStreamMax,
        counts.byPrincipal[principal, default: 0] < limits.feedsPerPrincipalMax
      else { return false }
      counts.total += 1
      counts.byStream[stream, default: 0] += 1
      counts.byPrincipal[principal, default: 0] += 1
      return true
    }
  }

  func leave(stream: String, principal: String) {
    counts.withLock { counts in
      counts.total -= 1
      Self.takeOne(from: &counts.byStream, stream)
      Self.takeOne(from: &counts.byPrincipal, principal)
    }
  }

  private static func takeOne(from counts: inout [String: Int], _ key: String) {
    let left = counts[key, default: 1] - 1
    counts[key] = left == 0 ? nil : left
  }
}
