import Contract
import Store
import Synchronization
import Wire

@testable import Runs

/// Time that passes when a test says so: both clocks, and the pauses that end by them.
final class TestTime: WallClock, MonotonicClock, Pausing {
  private struct Pause {
    let duration: Duration
    let due: Int64
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var nanoseconds: Int64 = 1_770_878_341_000_000_000
    var pauses: [Int: Pause] = [:]
    var nextPause = 0
  }

  private let state = Mutex(State())
  /// Rings when somebody begins to pause.
  private let paused = WorkSignal()

  var nanoseconds: Int64 { state.withLock { $0.nanoseconds } }
  var now: Timestamp { Timestamp(milliseconds: nanoseconds / 1_000_000) }

  /// Lets time pass, and wakes those whose pause is over.
  func advance(by duration: Duration) {
    let over = state.withLock { state in
      state.nanoseconds += duration.nanoseconds
      let over = state.pauses.filter { $0.value.due <= state.nanoseconds }
      for number in over.keys { state.pauses[number] = nil }
      return over.values.sorted { $0.due < $1.due }
    }
    for pause in over { pause.continuation.resume(returning: true) }
  }

  /// Returns once somebody, or as many as `count` says, pauses for exactly `duration`.
  func someonePauses(for duration: Duration, count: Int = 1) async {
    while true {
      let seen = paused.rings
      if state.withLock({ $0.pauses.values.count { $0.duration == duration } }) >= count { return }
      await paused.wait(past: seen)
      if Task.isCancelled { return }
    }
  }

  func pause(for duration: Duration) async throws(CancellationError) {
    let number = state.withLock { state in
      state.nextPause += 1
      return state.nextPause
    }
    let isOver = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard !Task.isCancelled else { return false }
          state.pauses[number] = Pause(
            duration: duration, due: state.nanoseconds + duration.nanoseconds,
            continuation: continuation)
          return true
        }
        if mustWait { paused.ring() } else { continuation.resume(returning: false) }
      }
    } onCancel: {
      state.withLock { $0.pauses.removeValue(forKey: number) }?
        .continuation.resume(returning: false)
    }
    guard isOver else { throw CancellationError() }
  }
}
