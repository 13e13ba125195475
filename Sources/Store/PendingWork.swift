package import Synchronization

/// One caller's work with its answer still to come, the caller's types erased.
package protocol Work: AnyObject, Sendable {
  /// Runs the body in the session's transaction; gives whether what it changed is to be kept.
  func perform(on session: Session) -> Bool
  /// Gives the caller the body's result, or `failure` in its place; called once.
  func answer(_ failure: StoreError?)
}

/// A body, its result, and who waits for it.
///
/// One object for all of it: a write costs three allocations in place of nine, which was a quarter
/// of the writer's time.
package final class PendingWork<
  View: Querying & ~Copyable, Value: Sendable, Failure: StoreFailing
>: Work {
  /// Who waits for the answer.
  @safe
  package enum Caller: Sendable {
    case closure(@Sendable (Result<Value, Failure>) -> Void)
    case task(UnsafeContinuation<Result<Value, Failure>, Never>)
  }

  @usableFromInline let body: @Sendable (borrowing View) throws(Failure) -> Value
  @usableFromInline let caller: Caller
  @usableFromInline let result = Mutex<Result<Value, Failure>?>(nil)

  /// Work that runs `body` once and then answers `caller`.
  @inlinable package init(
    _ body: @escaping @Sendable (borrowing View) throws(Failure) -> Value,
    for caller: Caller,
  ) {
    self.body = body
    self.caller = caller
  }

  @inlinable package func perform(on session: Session) -> Bool {
    let made: Result<Value, Failure>
    do throws(Failure) {
      made = .success(try body(View(session)))
    } catch { made = .failure(error) }
    result.withLock { $0 = made }
    if case .success = made { return true }
    return false
  }

  @inlinable package func answer(_ failure: StoreError?) {
    let answer = failure.map { .failure(Failure($0)) } ?? result.withLock { $0 }
    guard let answer else { preconditionFailure("answered before it ran") }
    switch caller {
    case .closure(let closure): closure(answer)
    // SAFETY: `Database` puts each piece of work in one queue, which answers it once.
    case .task(let continuation): unsafe continuation.resume(returning: answer)
    }
  }
}
