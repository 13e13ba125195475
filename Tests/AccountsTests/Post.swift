import Mail
import Store
import Synchronization

/// A transport that keeps what it is given, or fails as it is told.
final class Post: MailTransport {
  private struct State {
    var messages: [MailMessage] = []
    var failures: [MailFailure] = []
    var tries = 0
  }

  private let state = Mutex(State())
  /// Rings after each try.
  let tried = WorkSignal()

  /// What was handed over, oldest first.
  var messages: [MailMessage] { state.withLock { $0.messages } }
  var tries: Int { state.withLock { $0.tries } }

  /// Fails the next tries so.
  func fail(_ failures: [MailFailure]) { state.withLock { $0.failures = failures } }

  func deliver(_ message: MailMessage) throws(MailFailure) {
    let failure = state.withLock { state -> MailFailure? in
      state.tries += 1
      guard !state.failures.isEmpty else {
        state.messages.append(message)
        return nil
      }
      return state.failures.removeFirst()
    }
    tried.ring()
    if let failure { throw failure }
  }
}
