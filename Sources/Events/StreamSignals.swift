package import Contract
package import Store
internal import Synchronization

/// Wakes whoever waits for one stream of the log to grow.
package final class StreamSignals: Sendable {
  private struct Entry {
    let signal = WorkSignal()
    var waiters = 1
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Hears of every growth by `doorbell`, for the life of the process.
  package init(_ doorbell: Doorbell) {
    doorbell.listen { [weak self] stream in self?.ring(stream) }
  }

  private func ring(_ stream: String) {
    entries.withLock { $0[stream]?.signal }?.ring()
  }

  /// The signal of a stream, which rings after each growth; every call is followed by one of
  /// `leave`.
  package func join(_ stream: String) -> WorkSignal {
    entries.withLock { entries in
      if let signal = entries[stream]?.signal {
        entries[stream]?.waiters += 1
        return signal
      }
      let entry = Entry()
      entries[stream] = entry
      return entry.signal
    }
  }

  /// Says that one fewer waits for a stream.
  package func leave(_ stream: String) {
    entries.withLock { entries in
      let left = (entries[stream]?.waiters ?? 1) - 1
      if left == 0 { entries[stream] = nil } else { entries[stream]?.waiters = left }
    }
  }
}
