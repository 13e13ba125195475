/// Waits without holding a thread; how a test's day passes in a microsecond.
package protocol Pausing: Sendable {
  /// Returns after `duration`, or throws as soon as the task is cancelled.
  func pause(for duration: Duration) async throws(CancellationError)
}

extension Pausing {
  /// Waits; false as soon as the task is cancelled.
  package nonisolated(nonsending) func rest(for duration: Duration) async -> Bool {
    do throws(CancellationError) {
      try await pause(for: duration)
      return true
    } catch {
      return false
    }
  }

  /// Returns when `other` does, when the time is over, or when the task is cancelled; what has not
  /// returned by then is cancelled.
  package nonisolated(nonsending) func rest(
    for duration: Duration?, orUntil other: @escaping @Sendable () async -> Void
  ) async {
    guard let duration else { return await other() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await other() }
      group.addTask { _ = await self.rest(for: duration) }
      await group.next()
      group.cancelAll()
    }
  }
}
