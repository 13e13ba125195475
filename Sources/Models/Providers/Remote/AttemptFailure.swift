/// Why one attempt at a turn failed.
struct AttemptFailure: Error {
  /// The error, if there is no further attempt.
  var error: ModelError
  /// Whether another attempt may succeed, and would repeat nothing.
  var isTransient: Bool
  /// How long the provider asks to wait.
  var retryAfter: Duration?

  /// A failure that ends the turn.
  init(_ error: ModelError) {
    self.error = error
    isTransient = false
  }

  /// A failure as bad as its fault.
  init(_ fault: ProviderFault, _ message: String) {
    error = .provider(fault, message)
    isTransient = fault.isTransient
  }
}
