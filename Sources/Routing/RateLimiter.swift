import Contract

/// Holds callers to the rate of the interface, and networks to those of rows (the catalogue, §0.2,
/// step 8).
final class RateLimiter: Sendable {
  private let callers: TokenBuckets
  private let networks: TokenBuckets
  /// The rate of each caller; nil where the limits ask for none.
  private let caller: (refill: Int64, burst: Int64)?
  private let scale: Int

  init(_ limits: InterfaceLimits, clock: any MonotonicClock) {
    callers = TokenBuckets(bucketsMax: limits.rateBucketsMax, clock: clock)
    networks = TokenBuckets(bucketsMax: limits.networkBucketsMax, clock: clock)
    scale = limits.networkRateScale
    caller =
      limits.requestsPerSecond > 0
      ? (1_000_000_000 / Int64(limits.requestsPerSecond), Int64(limits.requestBurst)) : nil
  }

  /// Counts one call of a row, or refuses it with the time after which it may come again.
  func admit(_ call: CallHead, to row: RowPlan) throws(Fault) {
    if let rate = row.rate { try admit(call.network, rate.scaled(scale)) }
    guard row.permission != nil, let caller else { return }
    if let wait = callers.take(
      from: call.principal.id, refill: caller.refill, burst: caller.burst)
    {
      throw Fault(
        .throttled, "this caller sends more requests than it may",
        retryAfterSeconds: Self.seconds(wait))
    }
  }

  private func admit(_ network: ClientNetwork, _ rate: RatePolicy) throws(Fault) {
    let refill = Int64(rate.windowSeconds) * 1_000_000_000 / Int64(rate.quota)
    let name = "\(rate.name) \(network.name)"
    if let wait = networks.take(from: name, refill: refill, burst: Int64(rate.quota)) {
      throw rate.refusal(after: Self.seconds(wait))
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> Int {
    Int((nanoseconds + 999_999_999) / 1_000_000_000)
  }
}
