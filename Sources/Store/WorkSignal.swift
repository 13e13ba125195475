internal import Synchronization

/// Wakes workers when there may be something to do; a ring with nobody waiting is remembered.
package final class WorkSignal: Sendable {
  private struct State {
    var rings: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// The number of rings so far; taken before a look for work, so that a ring during the look is
  /// not missed.
  package var rings: UInt64 { state.withLock { $0.rings } }

  /// Wakes everybody who waits.
  package func ring() {
    let waiters = state.withLock { state in
      state.rings += 1
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Wakes everybody when the transaction is on disk, once for all of its writes.
  package func ring(after transaction: borrowing Transaction) {
    transaction.beforeCommit(once: "work signal") { [self] (transaction) throws(StoreError) in
      transaction.afterCommit { self.ring() }
    }
  }

  /// Returns once there was a ring after the first `seen`, or the task is cancelled.
  package func wait(past seen: UInt64) async {
    let number = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          // Cancellation that came first finds nobody to wake; it is seen here.
          guard state.rings == seen, !Task.isCancelled else { return false }
          state.waiters[number] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }
}
