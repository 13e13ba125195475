import Contract
import Synchronization

/// Token buckets by name, in memory: each holds somebody to an average rate with a burst.
final class TokenBuckets: Sendable {
  private let bucketsMax: Int
  private let clock: any MonotonicClock
  /// When each bucket is full again, in nanoseconds of the clock: the whole state of one.
  private let fullAt = Mutex<[String: Int64]>([:])

  /// At most `bucketsMax` buckets are not full at once; who comes then must wait.
  init(bucketsMax: Int, clock: any MonotonicClock) {
    self.bucketsMax = bucketsMax
    self.clock = clock
  }

  /// Takes a token that is there again after `refill` nanoseconds from the bucket of that name,
  /// which holds `burst`; the nanoseconds to wait where there is none, nil where one was taken.
  func take(from name: String, refill: Int64, burst: Int64) -> Int64? {
    let now = clock.nanoseconds
    let wait = fullAt.withLock { buckets -> Int64 in
      if buckets[name] == nil, buckets.count >= bucketsMax {
        buckets = buckets.filter { $0.value > now }
        guard buckets.count < bucketsMax else { return refill }
      }
      let moment = max(buckets[name] ?? now, now) + refill
      let wait = moment - now - burst * refill
      if wait <= 0 { buckets[name] = moment }
      return wait
    }
    return wait > 0 ? wait : nil
  }
}
