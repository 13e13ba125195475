import Contract

/// Waits by the runtime's continuous clock.
struct SystemPausing: Pausing {
  func pause(for duration: Duration) async throws(CancellationError) {
    do {
      try await ContinuousClock().sleep(for: duration)
    } catch {
      throw CancellationError()
    }
  }
}
