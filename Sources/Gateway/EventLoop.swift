internal import Glibc
internal import Synchronization
internal import TLS

/// The thread of one event loop, as an executor: jobs from anywhere reach it through one mailbox
/// and one coalesced write to an event counter.
///
/// The counter is watched edge-triggered and never read; the flag is cleared before the mailbox is
/// drained, so that a job which arrives meanwhile rings again.
final class EventLoop: SerialExecutor, TaskExecutor {
  private struct Mailbox {
    var jobs = JobBatch()
    var orders: [LoopOrder] = []
    /// Streams that the loop has feeds of: it hears of no others.
    var watched: Set<String> = []
    /// Streams that are among the orders already: rings are coalesced until the loop has looked.
    var grown: Set<String> = []
    var isRung = false
  }

  private let mailbox = Mutex(Mailbox())
  private let thread = Atomic<UInt>(0)
  let counter: Descriptor

  init() throws(SystemError) {
    counter = try Linux.makeEventCounter()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = Job(job)
    let mustRing = mailbox.withLock { mailbox in
      mailbox.jobs.jobs.append(job)
      defer { mailbox.isRung = true }
      return !mailbox.isRung
    }
    // The loop itself drains the mailbox before it waits.
    if mustRing, !isCurrent { Linux.ring(counter.number) }
  }

  /// Gives the loop something to do at the beginning of its next turn.
  func post(_ order: LoopOrder) {
    let mustRing = mailbox.withLock { mailbox in
      if case .grew(let stream, _) = order {
        guard mailbox.watched.contains(stream), mailbox.grown.insert(stream).inserted else {
          return false
        }
      }
      mailbox.orders.append(order)
      defer { mailbox.isRung = true }
      return !mailbox.isRung
    }
    if mustRing, !isCurrent { Linux.ring(counter.number) }
  }

  /// Has the loop hear when a stream grows.
  func watch(_ stream: String) { mailbox.withLock { _ = $0.watched.insert(stream) } }

  /// Has the loop hear of a stream no more.
  func unwatch(_ stream: String) { mailbox.withLock { _ = $0.watched.remove(stream) } }

  /// Whether something waits in the mailbox, so that the loop must not sleep.
  var hasWork: Bool { mailbox.withLock { !$0.jobs.jobs.isEmpty || !$0.orders.isEmpty } }

  /// Puts the orders that came since the last call into `orders`, oldest first, which is empty and
  /// lends its room.
  func takeOrders(_ orders: inout [LoopOrder]) {
    mailbox.withLock { mailbox in
      swap(&mailbox.orders, &orders)
      if !mailbox.grown.isEmpty { mailbox.grown.removeAll(keepingCapacity: true) }
    }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    // SAFETY: a loop outlives everything that runs on it: it is released after its thread has been
    // joined.
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// Makes the calling thread the loop's own; called once, before the first turn.
  func adoptCurrentThread() {
    thread.store(pthread_self(), ordering: .releasing)
  }

  var isCurrent: Bool { thread.load(ordering: .acquiring) == pthread_self() }

  func checkIsolated() {
    precondition(isCurrent, "loop-confined state was touched from another thread")
  }

  func isIsolatingCurrentContext() -> Bool? { isCurrent }

  /// Runs the jobs that are in the mailbox now, and those that they add, at most about `limit`;
  /// true when some are left, so that sockets are looked at in between.
  ///
  /// `batch` is empty and lends its room.
  func runJobs(limit: Int, _ batch: inout JobBatch) -> Bool {
    var count = 0
    while count < limit {
      mailbox.withLock { mailbox in
        mailbox.isRung = false
        swap(&mailbox.jobs, &batch)
      }
      if batch.jobs.isEmpty { return hasWork }
      for job in batch.jobs { job.run(on: self) }
      count += batch.jobs.count
      batch.jobs.removeAll(keepingCapacity: true)
    }
    return hasWork
  }
}

/// What other threads ask of a loop.
enum LoopOrder: Sendable {
  /// A stream of the log has grown, at that moment of the monotonic clock.
  case grew(String, at: Int64)
  /// New connections use these certificates.
  case use(TLSContext)
  /// Finish what is in flight and end.
  case drain
  /// Give this answer to its stream.
  case answer(DeferredAnswer)
}

/// Jobs on their way to a loop.
struct JobBatch: Sendable {
  fileprivate var jobs: [Job] = []
}

/// A job that leaves its mailbox once and runs once.
@safe private struct Job: Sendable {
  private let job: UnownedJob

  init(_ job: consuming ExecutorJob) {
    self.job = UnownedJob(job)
  }

  func run(on loop: EventLoop) {
    // SAFETY: the job has left the mailbox, and this is the loop's own thread.
    unsafe job.runSynchronously(
      isolatedTo: loop.asUnownedSerialExecutor(), taskExecutor: loop.asUnownedTaskExecutor())
  }
}
