internal import Synchronization

/// Work that waits for the threads of one kind, first come, first served, up to a limit.
@usableFromInline
final class WorkQueue<Work: Sendable>: Sendable {
  private struct State {
    /// Work in reverse order of arrival, older than all of `arriving`.
    var leaving: [Work] = []
    var arriving: [Work] = []
    /// Threads that wait for a token, less the tokens on their way.
    var idleThreads = 0
    var isClosed = false

    var count: Int { leaving.count + arriving.count }

    mutating func next() -> Work? {
      if leaving.isEmpty {
        swap(&leaving, &arriving)
        leaving.reverse()
      }
      return leaving.popLast()
    }
  }

  private let state = Mutex(State())
  private let doorbell: Doorbell
  private let limit: Int

  /// A queue that takes up to `limit` pieces of work.
  init(limit: Int) throws(StoreError) {
    self.limit = limit
    doorbell = try Doorbell()
  }

  /// The pieces of work that wait.
  var count: Int { state.withLock { $0.count } }

  /// Adds work; gives why it was not taken: the queue is full or closed.
  func put(_ work: Work) -> StoreError? {
    let (refusal, wakes) = state.withLock { state -> (StoreError?, Bool) in
      if state.isClosed { return (.closed, false) }
      if state.count >= limit { return (.overloaded(limit: limit), false) }
      state.arriving.append(work)
      guard state.idleThreads > 0 else { return (nil, false) }
      state.idleThreads -= 1
      return (nil, true)
    }
    if wakes { doorbell.ring(1) }
    return refusal
  }

  /// Moves up to `count` pieces of work to `taken`; what has not come yet is not waited for.
  func take(_ count: Int, into taken: inout [Work]) {
    state.withLock { state in
      for _ in 0..<min(count, state.count) {
        if let work = state.next() { taken.append(work) }
      }
    }
  }

  /// The next piece of work; waits for it, and gives nil when the queue is closed and empty.
  func waitForNext() -> Work? {
    while true {
      let (work, isDone) = state.withLock { state -> (Work?, Bool) in
        if let work = state.next() { return (work, false) }
        if !state.isClosed { state.idleThreads += 1 }
        return (nil, state.isClosed)
      }
      if work != nil || isDone { return work }
      doorbell.wait()
    }
  }

  /// Takes no more work; the threads end once they have done what waits.
  func close() {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idleThreads = 0 }
      return state.idleThreads
    }
    if idle > 0 { doorbell.ring(idle) }
  }
}
