extension Database {
  /// Where a database lies.
  package enum Place: Hashable, Sendable {
    /// In a file, made with mode 0600 when it is missing.
    case file(String)
    /// In a new folder inside the one named, removed when the database closes.
    case ephemeral(in: String)
  }

  /// The limits of one database.
  package struct Configuration: Hashable, Sendable {
    /// Reader threads, each with its own connection.
    package var readers: Int
    /// Writes that may wait for a batch.
    package var queuedWritesMax: Int
    /// Reads that may wait for a thread.
    package var queuedReadsMax: Int
    /// Writes in one transaction.
    package var batchMax: Int
    /// How long a lock of another process is waited for.
    package var busyTimeout: Duration
    /// Prepared statements kept by each connection.
    package var statementsMax: Int
    /// Page cache of each connection, in KiB.
    package var cacheKibibytes: Int
    /// Pages in the log after which it is moved into the database file.
    package var checkpointPages: Int
    /// Pages in the log after which readers are waited for so that it can start again.
    package var logPagesMax: Int
    /// Pages of 4 KiB the database may have; nil leaves it to the disk.
    package var pagesMax: Int?

    /// What one node uses unless told otherwise.
    package static let standard = Configuration(
      readers: 2,
      queuedWritesMax: 16_384,
      queuedReadsMax: 16_384,
      batchMax: 1_024,
      busyTimeout: .seconds(5),
      statementsMax: 256,
      cacheKibibytes: 16_384,
      checkpointPages: 4_000,
      logPagesMax: 16_384,
      pagesMax: nil,
    )

    /// Everything that is wrong with it, each in a sentence; empty when it can be used.
    package func problems() -> [String] {
      let rows = [
        (readers, 1...64, "readers"),
        (queuedWritesMax, 1...1_048_576, "queuedWritesMax"),
        (queuedReadsMax, 1...1_048_576, "queuedReadsMax"),
        (batchMax, 1...65_536, "batchMax"),
        (statementsMax, 1...4_096, "statementsMax"),
        (cacheKibibytes, 64...16_777_216, "cacheKibibytes"),
        (checkpointPages, 1...1_048_576, "checkpointPages"),
        (logPagesMax, checkpointPages...max(checkpointPages, 16_777_216), "logPagesMax"),
        (pagesMax ?? 1, 1...1_073_741_823, "pagesMax"),
      ]
      var problems = rows.filter { !$0.1.contains($0.0) }
        .map { "\($0.2) is \($0.0), must be \($0.1.lowerBound) to \($0.1.upperBound)" }
      if busyTimeout < .zero || busyTimeout > .seconds(60) {
        problems.append("busyTimeout is \(busyTimeout), must be 0 to 60 seconds")
      }
      return problems
    }
  }
}
