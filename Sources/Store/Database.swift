internal import Synchronization

/// One database: a writer thread that commits in groups and a pool of reader threads.
///
/// A class, because the last reference to go stops the threads.
package final class Database: Sendable {
  /// What opening it did to the schema.
  package let upgrade: Upgrade
  private let writes: WorkQueue<Job<Transaction>>
  private let reads: WorkQueue<Job<Reader>>
  /// The readers, then the writer; empty once they are joined.
  private let threads = Mutex<[WorkThread]>([])

  /// Opens, checks and migrates the database, and starts its threads.
  ///
  /// `monotonic` gives nanoseconds of a clock that never goes back. `observe` runs on the writer's
  /// thread after each commit and checkpoint.
  package init(
    at place: Place,
    migrations: [Migration],
    configuration: Configuration,
    monotonic: @escaping @Sendable () -> UInt64,
    observe: @escaping @Sendable (StoreEvent) -> Void,
  ) throws(StoreError) {
    let problems = configuration.problems() + Migration.problems(migrations)
    precondition(problems.isEmpty, problems.joined(separator: "; "))
    let file = try DatabaseFile(place)
    let session = try Session.open(file.path, for: .writing, configuration)
    upgrade = try Migrator(path: file.path, migrations: migrations).run(on: session)
    writes = try WorkQueue(limit: configuration.queuedWritesMax)
    reads = try WorkQueue(limit: configuration.queuedReadsMax)
    let writer = Writer(
      queue: writes, configuration: configuration, monotonic: monotonic, observe: observe)
    let writing = Confined(session)
    do throws(StoreError) {
      for _ in 0..<configuration.readers {
        let reading = Confined(try Session.open(file.path, for: .reading, configuration))
        try start { [reads] in
          withExtendedLifetime(file) { reading.use { ReaderLoop(queue: reads).run(on: $0) } }
        }
      }
      try start {
        withExtendedLifetime(file) { writing.use { writer.run(on: $0) } }
      }
    } catch {
      close()
      throw error
    }
  }

  deinit {
    reads.close()
    writes.close()
    for thread in threads.withLock({ $0 }) { thread.detach() }
  }

  /// Runs `body` in a transaction and returns once its changes are on disk.
  ///
  /// Everything queued while the last `fsync` ran shares the next one. When `body` throws, its
  /// changes are taken back and those of others stay. When the commit fails, every caller of the
  /// batch gets the failure. Cancellation of the task changes nothing: queued work is done, and the
  /// answer is the truth.
  @discardableResult
  nonisolated(nonsending) package func write<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(E) -> T
  ) async throws(E) -> T {
    try await withCheckedContinuation { continuation in
      writeThen(body) { continuation.resume(returning: $0) }
    }.get()
  }

  /// Runs `body` as `write` does; `completion` runs on the writer's thread after the commit, or at
  /// once on the caller's when the work is refused (`overloaded`, `closed`).
  package func writeThen<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(E) -> T,
    completion: @escaping @Sendable (Result<T, E>) -> Void,
  ) {
    if let refusal = writes.put(Job(body, completion)) { completion(.failure(E(refusal))) }
  }

  /// Runs `body` over one snapshot on a reader's thread.
  nonisolated(nonsending) package func read<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Reader) throws(E) -> T
  ) async throws(E) -> T {
    try await withCheckedContinuation { continuation in
      readThen(body) { continuation.resume(returning: $0) }
    }.get()
  }

  /// Runs `body` as `read` does; `completion` runs on the reader's thread, or at once on the
  /// caller's when the work is refused (`overloaded`, `closed`).
  package func readThen<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Reader) throws(E) -> T,
    completion: @escaping @Sendable (Result<T, E>) -> Void,
  ) {
    if let refusal = reads.put(Job(body, completion)) { completion(.failure(E(refusal))) }
  }

  /// The writes that wait for a batch.
  package var queuedWrites: Int { writes.count }

  /// Does what is queued, moves the log into the database file and ends the threads; work that
  /// comes later gets `closed`. Blocks; must not be called from a closure of the store.
  package func close() {
    var threads = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    // Readers first: the writer can then empty the log.
    reads.close()
    let writer = threads.popLast()
    for reader in threads { reader.join() }
    writes.close()
    writer?.join()
  }

  private func start(_ body: @escaping @Sendable () -> Void) throws(StoreError) {
    let thread = try WorkThread(body)
    threads.withLock { $0.append(thread) }
  }
}
