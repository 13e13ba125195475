internal import Models
internal import Store
internal import Synchronization

/// Where the answer to one call comes in, and is waited for.
final class ToolServerAnswer: Sendable {
  private let state = Mutex<Result<MCPResult, MCPFailure>?>(nil)
  private let signal = WorkSignal()

  /// What has come; nil while nothing has.
  var outcome: Result<MCPResult, MCPFailure>? { state.withLock { $0 } }

  /// Of several outcomes the first counts.
  func settle(_ outcome: Result<MCPResult, MCPFailure>) {
    state.withLock { if $0 == nil { $0 = outcome } }
    signal.ring()
  }

  /// Returns once there is an outcome, or the task is cancelled.
  func wait() async { await signal.wait(past: 0) }
}
