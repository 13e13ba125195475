import Gateway
import Glibc
import Synchronization

/// Writes lines on a thread of its own: a reader that does not read holds up nobody who logs.
///
/// What waits is bounded. A line that finds no room is counted, and whoever logs next learns how
/// many were lost.
final class LogWriter: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var lost = 0
    var isOver = false
    var isIdle = false
  }

  /// Bytes of lines that may wait.
  static let pendingMax = 1 << 20
  /// How long the end waits for a reader.
  private static let endMilliseconds: Int32 = 2_000

  private let state = Mutex(State())
  private let descriptor: Int32
  private let arrived: Semaphore
  private let ended: Semaphore

  /// A writer of `descriptor`, which stays open.
  init(to descriptor: Int32) throws(SystemError) {
    self.descriptor = descriptor
    (arrived, ended) = (try Semaphore(), try Semaphore())
    try SystemThread.detach(name: "log") { self.run() }
  }

  /// Takes a line with its end; gives how many were lost since the last one that was taken, or
  /// nil when this one is lost too.
  func write(_ line: [UInt8]) -> Int? {
    let (lost, wakes) = state.withLock { state -> (Int?, Bool) in
      guard state.pending.count + line.count <= Self.pendingMax else {
        state.lost += 1
        return (nil, false)
      }
      state.pending += line
      defer {
        state.lost = 0
        state.isIdle = false
      }
      return (state.lost, state.isIdle)
    }
    if wakes { arrived.post() }
    return lost
  }

  /// Waits until all that was taken is written, a moment for a reader that does not read.
  func finish() {
    state.withLock { $0.isOver = true }
    arrived.post()
    ended.wait(atMost: Self.endMilliseconds)
  }

  private func run() {
    while true {
      let (lines, isOver) = state.withLock { state -> ([UInt8], Bool) in
        defer {
          state.isIdle = state.pending.isEmpty
          state.pending = []
        }
        return (state.pending, state.isOver)
      }
      if !lines.isEmpty {
        FileText.write(lines, to: descriptor)
      } else if isOver {
        return ended.post()
      } else {
        arrived.wait()
      }
    }
  }
}
