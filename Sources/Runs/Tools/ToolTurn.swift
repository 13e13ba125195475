internal import Models
internal import Store

/// The turn of an agent in a run, for which its tools are made.
struct ToolTurn: Sendable {
  let job: RunJob
  let agent: RunAgent
  let journal: RunJournal
  let setup: RunnerSetup

  /// What a tool reads of the store, which has `things`.
  nonisolated(nonsending) func read<Output: Sendable>(
    _ things: String, _ work: @escaping @Sendable (borrowing Reader) throws(StoreError) -> Output
  ) async throws(ToolError) -> Output {
    do throws(StoreError) {
      return try await setup.database.read(work)
    } catch {
      throw .unavailable(reason: "\(things) cannot be read now")
    }
  }
}
