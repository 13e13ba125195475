import Synchronization

/// The domain of the sample rows: it counts what it is asked.
final class Clerk: Sendable {
  private let calls = Mutex<[String]>([])

  /// The names of the rows that ran, oldest first.
  var ran: [String] { calls.withLock { $0 } }

  func note(_ name: String) { calls.withLock { $0.append(name) } }
}
