internal import Store
internal import Synchronization

/// What a run that is executed here hears of from outside while it is.
///
/// Most of it is in the store before; the handle only tells the worker to look.
final class RunControl: Sendable {
  /// When the run's time is over, by the clock that never goes back.
  let deadlineNanoseconds: Int64
  private let signal = WorkSignal()
  private let firstEnding = Mutex<RunEnding?>(nil)
  private let said = Atomic<Int64>(0)

  init(deadlineNanoseconds: Int64) { self.deadlineNanoseconds = deadlineNanoseconds }

  /// Has the run end so, unless it was told to end before.
  func end(_ ending: RunEnding) {
    firstEnding.withLock { $0 = $0 ?? ending }
    signal.ring()
  }

  /// How the run was told to end; nil when it was not.
  var ending: RunEnding? { firstEnding.withLock { $0 } }

  /// Returns once the run is told to end, and how; nil when the task that waits is cancelled first.
  func ended() async -> RunEnding? {
    await signal.wait(past: 0)
    return ending
  }

  /// The messages that were said to the run by now, as far as this process has seen.
  var messages: Int64 { said.load(ordering: .relaxed) }

  /// Has the run hear so many messages.
  func say(_ count: Int64) { said.max(count, ordering: .relaxed) }
}

/// The runs that this process executes, by the lease under which it does.
final class RunControls: Sendable {
  private struct State {
    var controls: [RunLease: RunControl] = [:]
    /// The deadline that is waited for.
    var awaited = Int64.max
  }

  private let state = Mutex(State())
  /// Rings when a deadline comes before the one that is waited for.
  let sooner = WorkSignal()

  func begin(_ lease: RunLease, _ control: RunControl) {
    let isSooner = state.withLock { state in
      state.controls[lease] = control
      return control.deadlineNanoseconds < state.awaited
    }
    if isSooner { sooner.ring() }
  }

  func end(_ lease: RunLease) {
    state.withLock { $0.controls[lease] = nil }
  }

  var all: [RunLease: RunControl] { state.withLock { $0.controls } }

  /// Has runs end whose time is over; the deadline that comes next, nil when there is none.
  func endOverdue(at nanoseconds: Int64) -> Int64? {
    let (overdue, next) = state.withLock { state in
      let deadlines = state.controls.values.map(\.deadlineNanoseconds)
      let next = deadlines.filter { $0 > nanoseconds }.min()
      state.awaited = next ?? .max
      return (state.controls.values.filter { $0.deadlineNanoseconds <= nanoseconds }, next)
    }
    for control in overdue { control.end(.timedOut) }
    return next
  }

  /// Has a run, if it is executed here, hear of something.
  func tell(_ run: RunID, _ body: (RunControl) -> Void) {
    let found = state.withLock { state in
      state.controls.filter { $0.key.run == run }.map(\.value)
    }
    for control in found { body(control) }
  }
}
