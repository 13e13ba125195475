internal import Synchronization

/// One database: a writer thread that commits in groups and a pool of reader threads.
///
/// A class, because the last reference to go stops the threads.
package final class Database: Sendable {
  /// What opening it did to the schema.
  package let upgrade: Upgrade
  @usableFromInline let writes: WorkQueue<Work>
  @usableFromInline let reads: WorkQueue<Work>
  /// Each with the session that it alone works on; none once they are joined.
  private let readerThreads = Mutex<[WorkThread]>([])
  private let writerThreads = Mutex<[WorkThread]>([])

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
    do throws(StoreError) {
      try writerThreads.start(on: session, of: file, writer.run)
      for _ in 0..<configuration.readers {
        let reading = try Session.open(file.path, for: .reading, configuration)
        try readerThreads.start(on: reading, of: file, ReaderLoop(queue: reads).run)
      }
    } catch {
      close()
      throw error
    }
  }

  deinit {
    reads.close()
    writes.close()
    for thread in readerThreads.takeAll() + writerThreads.takeAll() { thread.detach() }
  }

  /// Runs `body` in a transaction and returns once its changes are on disk.
  ///
  /// Everything queued while the last `fsync` ran shares the next one. When `body` throws, its
  /// changes are taken back and those of others stay. When the commit fails, every caller of the
  /// batch gets the failure. `body` may run twice, when another write of its batch is taken back:
  /// whatever it does outside of the transaction belongs into `afterCommit`. Cancellation of the
  /// task changes nothing: queued work is done, and the answer is the truth.
  @discardableResult
  @inlinable nonisolated(nonsending) package func write<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(E) -> T
  ) async throws(E) -> T {
    // SAFETY: whatever becomes of the work, it is answered once.
    try unsafe await withUnsafeContinuation { continuation in
      // SAFETY: as above.
      submit(Work(body) { unsafe continuation.resume(returning: $0) }, to: writes)
    }.get()
  }

  /// Runs `body` as `write` does; `completion` runs on the writer's thread after the commit, or at
  /// once on the caller's when the work is refused (`overloaded`, `closed`).
  @inlinable package func writeThen<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Transaction) throws(E) -> T,
    completion: @escaping @Sendable (Result<T, E>) -> Void,
  ) {
    submit(Work(body, answering: completion), to: writes)
  }

  /// Runs `body` over one snapshot on a reader's thread.
  @inlinable nonisolated(nonsending) package func read<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Reader) throws(E) -> T
  ) async throws(E) -> T {
    // SAFETY: whatever becomes of the work, it is answered once.
    try unsafe await withUnsafeContinuation { continuation in
      // SAFETY: as above.
      submit(Work(body) { unsafe continuation.resume(returning: $0) }, to: reads)
    }.get()
  }

  /// Runs `body` as `read` does; `completion` runs on the reader's thread, or at once on the
  /// caller's when the work is refused (`overloaded`, `closed`).
  @inlinable package func readThen<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing Reader) throws(E) -> T,
    completion: @escaping @Sendable (Result<T, E>) -> Void,
  ) {
    submit(Work(body, answering: completion), to: reads)
  }

  /// The writes that wait for a batch.
  package var queuedWrites: Int { writes.count }

  /// Does what is queued, moves the log into the database file and ends the threads; work that
  /// comes later gets `closed`.
  ///
  /// Blocks; must not be called from a closure of the store.
  package func close() {
    // Readers first: the log can then be emptied.
    reads.close()
    for thread in readerThreads.takeAll() { thread.join() }
    writes.close()
    for thread in writerThreads.takeAll() { thread.join() }
  }

  @usableFromInline func submit(_ work: Work, to queue: WorkQueue<Work>) {
    if let refusal = queue.put(work) { work.refuse(refusal) }
  }
}

extension Mutex<[WorkThread]> {
  /// Starts a thread that has `session` to itself and keeps `file` as long as it runs.
  fileprivate borrowing func start(
    on session: sending Session,
    of file: DatabaseFile,
    _ body: @escaping @Sendable (Session) -> Void,
  ) throws(StoreError) {
    let confined = Confined(session)
    let thread = try WorkThread { withExtendedLifetime(file) { confined.use(body) } }
    withLock { $0.append(thread) }
  }

  /// The threads started so far, to be joined or let go.
  fileprivate borrowing func takeAll() -> [WorkThread] {
    withLock { threads in
      defer { threads = [] }
      return threads
    }
  }
}
