internal import Contract
internal import Synchronization

/// How many feeds are open in the process, on each stream of the log, for each principal and for
/// each organisation.
package final class FeedCensus: Sendable {
  private struct Counts {
    var total = 0
    var byStream: [String: Int] = [:]
    var byPrincipal: [String: Int] = [:]
    var byTenant: [String: Int] = [:]

    /// The narrowest cap that leaves no room for one more feed; nil where there is room.
    func shortage(for seat: FeedSeat, _ limits: GatewayLimits) -> FeedShortage? {
      let caps: [(FeedShortage.Cap, limit: Int?, used: Int)] = [
        (.caller, limits.feedsPerPrincipalMax, byPrincipal[seat.principal, default: 0]),
        (.stream, limits.feedsPerStreamMax, byStream[seat.stream, default: 0]),
        (
          .tenant, seat.tenant == nil ? nil : limits.feedsPerTenantMax,
          seat.tenant.map { byTenant[$0, default: 0] } ?? 0
        ),
        (.server, limits.feedsMax, total),
      ]
      for (cap, limit, used) in caps {
        guard let limit, used >= limit else { continue }
        return FeedShortage(cap: cap, limit: limit, used: used)
      }
      return nil
    }
  }

  private let counts = Mutex(Counts())

  package init() {}

  /// The feeds that are open now.
  package var total: Int { counts.withLock { $0.total } }

  /// Counts one more feed in; the cap that is reached where it may not be.
  func enter(_ seat: FeedSeat, limits: GatewayLimits) -> FeedShortage? {
    counts.withLock { counts in
      let shortage = counts.shortage(for: seat, limits)
      guard shortage == nil else { return shortage }
      counts.total += 1
      counts.byStream[seat.stream, default: 0] += 1
      counts.byPrincipal[seat.principal, default: 0] += 1
      if let tenant = seat.tenant { counts.byTenant[tenant, default: 0] += 1 }
      return nil
    }
  }

  func leave(_ seat: FeedSeat) {
    counts.withLock { counts in
      counts.total -= 1
      Self.takeOne(from: &counts.byStream, seat.stream)
      Self.takeOne(from: &counts.byPrincipal, seat.principal)
      if let tenant = seat.tenant { Self.takeOne(from: &counts.byTenant, tenant) }
    }
  }

  /// The feeds of an organisation that are open now.
  func count(of tenant: String) -> Int { counts.withLock { $0.byTenant[tenant, default: 0] } }

  private static func takeOne(from counts: inout [String: Int], _ key: String) {
    let left = counts[key, default: 1] - 1
    counts[key] = left == 0 ? nil : left
  }
}

/// What one open feed counts for.
struct FeedSeat: Hashable, Sendable {
  /// The stream of the log.
  let stream: String
  let principal: String
  /// The organisation; nil where the feed belongs to none.
  let tenant: String?
}

/// A cap on open feeds that is reached.
struct FeedShortage: Hashable, Sendable {
  let cap: Cap
  let limit: Int
  let used: Int

  /// Whose feeds are capped; the text is the quota's name.
  enum Cap: String {
    case caller = "caller_streams"
    case stream = "run_streams"
    case tenant = "streams"
    case server = "server_streams"
  }

  /// When the next try is worth while: streams end at any time.
  private static let retrySeconds = 5

  /// The refusal of one more feed.
  var fault: Fault {
    let owner =
      switch cap {
      case .caller: "the caller"
      case .stream: "the run"
      case .tenant: "the organisation"
      case .server: "the server"
      }
    return .usedUp(
      cap.rawValue, limit: Int64(limit), used: Int64(used), name: "TOO_MANY_STREAMS",
      message: "\(owner) has too many open streams", seconds: Self.retrySeconds)
  }
}
