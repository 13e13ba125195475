internal import Contract
internal import Identity
internal import Store
internal import Wire

/// Forgets what accounts need no longer, a little at a time.
package struct Housekeeper: Sendable {
  private let setup: RegistrarSetup

  /// How often it looks.
  private static let pause = Duration.seconds(600)
  /// Rows of one kind that one look forgets at most.
  private static let limit: Int64 = 1000
  /// How long mail that is sent or dead, and families that have ended, are kept for whoever asks
  /// what became of them.
  private static let keptMilliseconds: Int64 = 30 * 86_400_000

  init(_ setup: RegistrarSetup) { self.setup = setup }

  /// Looks again and again until the task is cancelled.
  package func work() async {
    while !Task.isCancelled {
      do throws(StoreError) {
        while try await tidy() >= Self.limit {}
      } catch {
        // Nothing is lost: the next look finds the same and more.
      }
      guard await setup.pausing.rest(for: Self.pause) else { return }
    }
  }

  /// Forgets once; the number of rows forgotten.
  @discardableResult
  func tidy() async throws(StoreError) -> Int64 {
    let now = setup.wallClock.now
    return try await setup.database.write { (transaction) throws(StoreError) in
      let horizon = Timestamp(milliseconds: now.milliseconds - Self.keptMilliseconds)
      let count =
        try VerificationRecord.purge(now: now, limit: Self.limit, in: transaction)
        + StoredBuckets.purge(now: now, limit: Self.limit, in: transaction)
        + Outbox.purge(before: horizon, limit: Self.limit, in: transaction)
        + TokenFamily.purge(before: horizon, limit: Self.limit, in: transaction)
      return Int64(count)
    }
  }
}
