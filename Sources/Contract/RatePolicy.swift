/// How often something may be done: a token bucket that holds `quota` and is full again after
/// `windowSeconds`.
package struct RatePolicy: Hashable, Sendable {
  /// The name under which clients read of it.
  package let name: String
  package let quota: Int
  package let windowSeconds: Int

  package init(_ name: String, quota: Int, windowSeconds: Int) {
    precondition(quota > 0 && windowSeconds > 0, "\(name) allows nothing")
    self.name = name
    self.quota = quota
    self.windowSeconds = windowSeconds
  }

  /// The same, with as many times the quota.
  package func scaled(_ factor: Int) -> RatePolicy {
    RatePolicy(name, quota: quota * factor, windowSeconds: windowSeconds)
  }

  /// The refusal of whoever may come again after `seconds`.
  package func refusal(after seconds: Int) -> Fault {
    Fault(
      .throttled, "too many requests; try again in \(seconds) s", retryAfterSeconds: seconds,
      policy: self)
  }
}
