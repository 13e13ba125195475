import Synchronization

/// Values noted by several threads, in the order in which they came.
final class Notes<Value: Sendable>: Sendable {
  private let notes = Mutex<[Value]>([])

  var all: [Value] { notes.withLock { $0 } }

  func add(_ note: Value) { notes.withLock { $0.append(note) } }
}
