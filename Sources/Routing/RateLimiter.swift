import Contract
import Synchronization

/// Holds each caller to an average rate with a burst: one token bucket a caller (the catalogue,
/// §0.2, step 8).
final class RateLimiter: Sendable {
  private struct Bucket {
    /// When the bucket is full again, in nanoseconds of the clock: the whole state of a token
    /// bucket.
    var fullAt: Int64
  }

  private let nanosecondsPerRequest: Int64
  private let burst: Int64
  private let bucketsMax: Int
  private let clock: any MonotonicClock
  private let buckets = Mutex<[String: Bucket]>([:])

  /// No limiter where the limits ask for none.
  init?(_ limits: InterfaceLimits, clock: any MonotonicClock) {
    guard limits.requestsPerSecond > 0 else { return nil }
    nanosecondsPerRequest = 1_000_000_000 / Int64(limits.requestsPerSecond)
    burst = Int64(limits.requestBurst)
    bucketsMax = limits.rateBucketsMax
    self.clock = clock
  }

  /// Counts one request of `caller`, or refuses it with the time after which it may come again.
  func admit(_ caller: String) throws(Fault) {
    let now = clock.nanoseconds
    let wait = buckets.withLock { buckets -> Int64 in
      if buckets[caller] == nil, buckets.count >= bucketsMax {
        buckets = buckets.filter { $0.value.fullAt > now }
        guard buckets.count < bucketsMax else { return nanosecondsPerRequest }
      }
      let fullAt = max(buckets[caller]?.fullAt ?? now, now) + nanosecondsPerRequest
      let wait = fullAt - now - burst * nanosecondsPerRequest
      if wait <= 0 { buckets[caller] = Bucket(fullAt: fullAt) }
      return wait
    }
    guard wait > 0 else { return }
    throw Fault(
      .throttled, "this caller sends more requests than it may",
      retryAfterSeconds: Int((wait + 999_999_999) / 1_000_000_000))
  }
}
