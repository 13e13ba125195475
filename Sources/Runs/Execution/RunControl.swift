internal import Synchronization

/// The handle by which a run that is executed here is called off.
final class RunControl: Sendable {
  private let signal = WorkSignal()
  private let wish = Mutex<CancelWish?>(nil)

  /// Calls the run off; the first wish counts.
  func cancel(_ cancellation: CancelWish) {
    wish.withLock { $0 = $0 ?? cancellation }
    signal.ring()
  }

  /// The wish, once there is one; nil when the task that waits is cancelled first.
  func cancelled() async -> CancelWish? {
    let seen: UInt64 = 0
    await signal.wait(past: seen)
    return wish.withLock { $0 }
  }
}

/// Who wants a run to end, and why.
struct CancelWish: Sendable, Hashable {
  let by: String
  let reason: String?
}
