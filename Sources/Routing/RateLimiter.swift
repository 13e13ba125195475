import Contract

/// Holds callers to the rate of the interface, and networks to those of rows (the catalogue, §0.2,
/// step 8).
final class RateLimiter: Sendable {
  private let callers: TokenBuckets
  private let networks: TokenBuckets
  /// The rate of each caller; nil where the limits ask for none.
  private let caller: (refill: Int64, policy: RatePolicy)?
  private let scale: Int

  init(_ limits: InterfaceLimits, clock: any MonotonicClock) {
    callers = TokenBuckets(bucketsMax: limits.rateBucketsMax, clock: clock)
    networks = TokenBuckets(bucketsMax: limits.networkBucketsMax, clock: clock)
    scale = limits.networkRateScale
    let (rate, burst) = (limits.requestsPerSecond, limits.requestBurst)
    caller =
      rate > 0
      ? (
        1_000_000_000 / Int64(rate),
        RatePolicy("requests", quota: burst, windowSeconds: (burst + rate - 1) / rate)
      ) : nil
  }

  /// Counts one call of a row, or refuses it with the time after which it may come again; what is
  /// left of the row's own rate, where it has one.
  func admit(_ call: CallHead, to row: RowPlan) throws(Fault) -> RateStanding? {
    var standing: RateStanding?
    if let rate = row.rate?.scaled(scale) {
      let refill = Int64(rate.windowSeconds) * 1_000_000_000 / Int64(rate.quota)
      let name = "\(rate.name) \(call.network.name)"
      let rest = try take(from: networks, name, rate, refill: refill)
      standing = RateStanding(rate, left: rest.left, fullAfterSeconds: Self.seconds(rest.fullAfter))
    }
    guard row.permission != nil, let caller else { return standing }
    _ = try take(from: callers, call.principal.id, caller.policy, refill: caller.refill)
    return standing
  }

  private func take(
    from buckets: TokenBuckets, _ name: String, _ policy: RatePolicy, refill: Int64
  ) throws(Fault) -> (left: Int, fullAfter: Int64) {
    switch buckets.take(from: name, refill: refill, burst: Int64(policy.quota)) {
    case .taken(let left, let fullAfter): return (left, fullAfter)
    case .refused(let wait): throw policy.refusal(after: Self.seconds(wait))
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> Int {
    Int((nanoseconds + 999_999_999) / 1_000_000_000)
  }
}

/// What is left of a rate after a call.
final class RateStanding: Sendable {
  let policy: RatePolicy
  let left: Int
  /// The time after which all of it is there again.
  let fullAfterSeconds: Int

  init(_ policy: RatePolicy, left: Int, fullAfterSeconds: Int) {
    self.policy = policy
    self.left = left
    self.fullAfterSeconds = fullAfterSeconds
  }
}
