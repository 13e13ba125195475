/// Something a model can have done.
package protocol Tool: Sendable {
  /// What a model is told about it; its arguments are checked before `run`.
  var description: ToolDescription { get }

  /// Whether a call changes anything that outlives the run; such a call is not repeated blindly
  /// after a crash.
  var mutates: Bool { get }

  /// Whether a call may take long: readers of the run are told of it before it is over.
  var waits: Bool { get }

  /// The result for arguments that fit the description; `now` is in milliseconds since
  /// 1970-01-01T00:00:00Z.
  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at now: Int64
  ) async throws(ToolError) -> ToolValue
}

extension Tool {
  /// Most tools answer at once.
  package var waits: Bool { false }
}
