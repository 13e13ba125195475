internal import Store
internal import Synchronization

/// What a run that is executed here hears of from outside while it is.
///
/// All of it is in the store before; the handle only tells the worker to look.
final class RunControl: Sendable {
  private let signal = WorkSignal()
  private let said = Atomic<Int64>(0)

  /// Calls the run off.
  func cancel() { signal.ring() }

  /// Returns once the run is called off; false when the task that waits is cancelled first.
  func isCancelled() async -> Bool {
    await signal.wait(past: 0)
    return signal.rings > 0
  }

  /// The messages that were said to the run by now, as far as this process has seen.
  var messages: Int64 { said.load(ordering: .relaxed) }

  /// Has the run hear so many messages.
  func say(_ count: Int64) { said.max(count, ordering: .relaxed) }
}

/// The runs that this process executes, by the lease under which it does.
final class RunControls: Sendable {
  private let controls = Mutex<[RunLease: RunControl]>([:])

  func begin(_ lease: RunLease, _ control: RunControl) {
    controls.withLock { $0[lease] = control }
  }

  func end(_ lease: RunLease) {
    controls.withLock { $0[lease] = nil }
  }

  var leases: [RunLease] { controls.withLock { Array($0.keys) } }

  /// Has a run, if it is executed here, hear of something.
  func tell(_ run: RunID, _ body: (RunControl) -> Void) {
    let found = controls.withLock { controls in
      controls.filter { $0.key.run == run }.map(\.value)
    }
    for control in found { body(control) }
  }
}
