/// What the writer tells its observer.
package enum StoreEvent: Hashable, Sendable {
  /// A batch was committed, or failed as a whole.
  case committed(Commit)
  /// The log was moved into the database file, as far as readers let it.
  case checkpointed(Checkpoint)

  /// One group commit.
  package struct Commit: Hashable, Sendable {
    /// Writes in the batch.
    package let writes: Int
    /// Those among them that were taken back.
    package let refused: Int
    /// Nanoseconds from the start of the transaction to the start of its commit.
    package let bodyNanoseconds: UInt64
    /// Nanoseconds the commit took, `fsync` included.
    package let commitNanoseconds: UInt64
    /// Writes that wait for the next batch.
    package let queued: Int
    /// Why nothing of the batch was kept; nil when it was.
    package let failure: StoreError?
  }

  /// One attempt to empty the log.
  package struct Checkpoint: Hashable, Sendable {
    /// Pages in the log.
    package let pages: Int
    /// Pages of the log that are now in the database file.
    package let moved: Int
    /// Why it failed; the log keeps what was not moved.
    package let failure: StoreError?
  }
}
