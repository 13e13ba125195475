/// How often and how patiently a provider is asked again.
package struct RetryPolicy: Sendable {
  /// The most times that one turn is asked for.
  package let attemptsMax: Int
  /// The wait after the first attempt; each further one is twice as long.
  package let firstDelay: Duration
  /// The longest wait that this server chooses.
  package let delayMax: Duration
  /// The longest wait that a provider may ask for.
  package let retryAfterMax: Duration
  /// Makes a wait a little different from all others; what it gives is held to `0...delayMax`.
  package let jitter: @Sendable (Duration) -> Duration

  package init(
    attemptsMax: Int, firstDelay: Duration, delayMax: Duration, retryAfterMax: Duration,
    jitter: @escaping @Sendable (Duration) -> Duration
  ) {
    precondition(attemptsMax > 0, "a turn is asked for at least once")
    self.attemptsMax = attemptsMax
    self.firstDelay = firstDelay
    self.delayMax = delayMax
    self.retryAfterMax = retryAfterMax
    self.jitter = jitter
  }

  /// Four attempts with half a second, one and two seconds between them.
  package static func standard(
    jitter: @escaping @Sendable (Duration) -> Duration
  ) -> RetryPolicy {
    RetryPolicy(
      attemptsMax: 4, firstDelay: .milliseconds(500), delayMax: .seconds(8),
      retryAfterMax: .seconds(60), jitter: jitter)
  }

  /// The wait after so many attempts, when the provider asked for `retryAfter`.
  package func delay(after attempts: Int, retryAfter: Duration?) -> Duration {
    var delay = min(firstDelay, delayMax)
    for _ in 1..<max(1, attempts) where delay < delayMax { delay = min(delay * 2, delayMax) }
    let chosen = min(max(.zero, jitter(delay)), delayMax)
    return max(chosen, min(retryAfter ?? .zero, retryAfterMax))
  }
}

/// What an observer is told before a turn is asked for again.
package struct RetryNotice: Hashable, Sendable {
  /// The attempt that failed, from 1 on.
  package let attempt: Int
  /// Why it failed.
  package let reason: ModelError
  /// How long is waited before the next one.
  package let delay: Duration
}

/// Who is told of each wait before it begins; throwing ends the turn with that error.
package typealias RetryObserver =
  nonisolated(nonsending) @Sendable (RetryNotice) async throws(ModelError) -> Void
