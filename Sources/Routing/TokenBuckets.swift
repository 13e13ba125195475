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

  /// What came of asking for a token.
  enum Taking: Hashable {
    /// It was there; so many are left, and all of them are there after so many nanoseconds.
    case taken(left: Int, fullAfter: Int64)
    /// There is one after so many nanoseconds.
    case refused(wait: Int64)
  }

  /// Takes a token that is there again after `refill` nanoseconds from the bucket of that name,
  /// which holds `burst`.
  func take(from name: String, refill: Int64, burst: Int64) -> Taking {
    let now = clock.nanoseconds
    return fullAt.withLock { buckets -> Taking in
      if buckets[name] == nil, buckets.count >= bucketsMax {
        buckets = buckets.filter { $0.value > now }
        guard buckets.count < bucketsMax else { return .refused(wait: refill) }
      }
      let fullAfter = max((buckets[name] ?? now) - now, 0) + refill
      let room = burst * refill - fullAfter
      guard room >= 0 else { return .refused(wait: -room) }
      buckets[name] = now + fullAfter
      return .taken(left: Int(room / refill), fullAfter: fullAfter)
    }
  }
}
