/// One caller's work, the caller's types erased.
///
/// Two closures, made where the caller's types are known, so that the compiler can specialise
/// them: look-ups of generic types at run time took a tenth of the writer's time.
package struct Work: Sendable {
  /// What becomes of a piece of work.
  @usableFromInline
  enum Turn {
    /// It runs in the session's open transaction.
    case run(Session)
    /// It does not run, for this reason.
    case refuse(StoreError)
  }

  /// Work that has had its turn, its caller still to be answered.
  @usableFromInline
  struct Done {
    /// Whether the body returned: what it changed is to be kept.
    @usableFromInline let isWanted: Bool
    /// Gives the caller the body's result, or the failure of the transaction in its place.
    @usableFromInline let answer: (StoreError?) -> Void

    @inlinable
    init(isWanted: Bool, answer: @escaping (StoreError?) -> Void) {
      self.isWanted = isWanted
      self.answer = answer
    }
  }

  /// Gives the work its turn; called once.
  @usableFromInline let take: @Sendable (Turn) -> Done

  /// Work that runs `body` and then answers `caller`.
  @inlinable
  package init<View: Querying & ~Copyable, Value: Sendable, Failure: StoreFailing>(
    _ body: @escaping @Sendable (borrowing View) throws(Failure) -> Value,
    answering caller: @escaping @Sendable (Result<Value, Failure>) -> Void,
  ) {
    take = { turn in
      switch turn {
      case .refuse(let error):
        return Done(isWanted: false) { _ in caller(.failure(Failure(error))) }
      case .run(let session):
        do throws(Failure) {
          let value = try body(View(session))
          return Done(isWanted: true) { failure in
            caller(failure.map { .failure(Failure($0)) } ?? .success(value))
          }
        } catch {
          return Done(isWanted: false) { failure in
            caller(.failure(failure.map { Failure($0) } ?? error))
          }
        }
      }
    }
  }

  /// Answers without having run.
  func refuse(_ error: StoreError) { take(.refuse(error)).answer(nil) }
}
