/// One caller's work with its answer, the types of both erased.
struct Job<View: Querying & ~Copyable>: Sendable {
  /// Runs the body; its result waits for the fate of the transaction.
  let perform: @Sendable (borrowing View) -> Performed
  /// Answers without having run the body.
  let refuse: @Sendable (StoreError) -> Void

  init<T: Sendable, E: StoreFailing>(
    _ body: @escaping @Sendable (borrowing View) throws(E) -> T,
    _ completion: @escaping @Sendable (Result<T, E>) -> Void,
  ) {
    refuse = { completion(.failure(E($0))) }
    perform = { view in
      let result: Result<T, E>
      do throws(E) { result = .success(try body(view)) } catch { result = .failure(error) }
      let isKept = if case .success = result { true } else { false }
      return Performed(isKept: isKept) { failure in
        completion(failure.map { .failure(E($0)) } ?? result)
      }
    }
  }
}

/// A body that has run, and its caller still to be answered.
struct Performed {
  /// Whether it returned: what it changed is to be kept.
  let isKept: Bool
  /// Gives the caller the result, or the failure of the transaction in its place.
  let answer: (StoreError?) -> Void
}
