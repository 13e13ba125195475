internal import Synchronization

/// A session that moves from the thread that opened it to the one that works with it; the lock is
/// taken once, for the life of that thread, and proves that no other has the session.
final class Confined: Sendable {
  private let session: Mutex<Session>

  init(_ session: sending Session) { self.session = Mutex(session) }

  /// Works with the session on the current thread.
  func use(_ body: (Session) -> Void) {
    session.withLock { body($0) }
  }
}
