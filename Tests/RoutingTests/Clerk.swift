import Contract
import Synchronization
import Wire

/// The domain of the sample rows: it counts what it is asked.
final class Clerk: Sendable {
  private let calls = Mutex<[String]>([])
  /// Work to be done; nil while all of it is done at once.
  private let kept = Mutex<[@Sendable () -> Void]?>(nil)

  private let memory = Mutex(EncodedOnce<WireValue>("memory"))

  /// What the clerk has in memory.
  var remembered: EncodedOnce<WireValue> { memory.withLock { $0 } }

  func remember(_ text: String) { memory.withLock { $0 = EncodedOnce(.text(text)) } }

  /// The names of the rows that ran, oldest first.
  var ran: [String] { calls.withLock { $0 } }

  func note(_ name: String) { calls.withLock { $0.append(name) } }

  /// Keeps work from now on until `doKept`.
  func keepWork() { kept.withLock { $0 = [] } }

  func work(_ piece: @escaping @Sendable () -> Void) {
    let isKept = kept.withLock { kept in
      kept?.append(piece)
      return kept != nil
    }
    if !isKept { piece() }
  }

  /// Does the work that was kept; the number of pieces.
  func doKept() -> Int {
    let work = kept.withLock { kept in
      defer { kept = [] }
      return kept ?? []
    }
    for piece in work { piece() }
    return work.count
  }
}
