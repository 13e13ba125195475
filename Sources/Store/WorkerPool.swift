/// Threads of their own for work that blocks or computes long, one piece after another; what waits
/// is bounded.
package final class WorkerPool: Sendable {
  /// What a worker does once.
  package typealias Piece = @Sendable () -> Void

  private let queue: WorkQueue<Piece>

  /// `threads` workers, for whom up to `waitingMax` pieces may wait.
  ///
  /// Polite ones take the processor when nobody else wants it.
  package init(threads: Int, waitingMax: Int, isPolite: Bool = false) throws(StoreError) {
    queue = try WorkQueue(limit: waitingMax)
    for _ in 0..<threads {
      try WorkThread { [queue] in
        if isPolite { ThreadPriority.lower() }
        while let piece = queue.waitForNext() { piece() }
      }.detach()
    }
  }

  deinit { queue.close() }

  /// Has a worker do that; false, and nothing is done, where too much waits already.
  package func submit(_ piece: @escaping Piece) -> Bool { queue.put(piece) == nil }

  /// What `compute` gives, from a worker; nil where too much waits already.
  package nonisolated(nonsending) func run<Output: Sendable>(
    _ compute: @escaping @Sendable () -> Output
  ) async -> Output? {
    // SAFETY: a piece that was taken is done, and resumes once.
    unsafe await withUnsafeContinuation { continuation in
      // SAFETY: as above.
      let isTaken = submit { unsafe continuation.resume(returning: compute()) }
      // SAFETY: what was refused is never done.
      if !isTaken { unsafe continuation.resume(returning: nil) }
    }
  }
}
