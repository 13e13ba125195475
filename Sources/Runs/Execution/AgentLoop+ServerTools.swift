internal import Contract
internal import Models
internal import Store
internal import Wire

/// The tools of a turn, of which servers may bring others at any time.
extension AgentLoop {
  /// Fills the toolbox at the begin of a turn, and when a server's list has changed, of which the
  /// run is told; what the tools depend on then, or nil where all is as it was.
  mutating func refreshed(_ turn: ToolTurn) async throws(RunInterruption) -> ToolScene? {
    let isBegin = toolbox.descriptions.isEmpty
    let changes = try await changesOfServers()
    for change in changes {
      await journal.note(
        RunEventType.toolsRefreshed, step: state.stepsDone,
        span: span.isEmpty ? setup.identifiers.next("sp_") : span, change.payload)
    }
    guard isBegin || !changes.isEmpty else { return nil }
    toolbox = RunTools.toolbox(for: turn, besides: serverTools?.tools ?? [])
    return try await scene()
  }

  private mutating func changesOfServers() async throws(RunInterruption) -> [ToolListChange] {
    guard let servers = setup.toolServers else { return [] }
    do throws(StoreError) {
      guard var known = serverTools else {
        var found = SkillTools(
          servers, database: setup.database, organisation: job.scope.organisation)
        let changes = try await found.begin()
        serverTools = found
        return changes
      }
      let changes = try await known.changes()
      serverTools = known
      return changes
    } catch {
      throw .store(error)
    }
  }

  /// What there is in the run's organisation that its tools depend on.
  private func scene() async throws(RunInterruption) -> ToolScene {
    let (scope, tools) = (job.scope, toolbox.descriptions.map(\.name))
    let brought = serverTools?.owners.filter { toolbox[$0.tool] is ServerTool } ?? []
    do throws(StoreError) {
      return try await setup.database.read { (reader) throws(StoreError) in
        ToolScene(
          owners: brought
            + (try ToolOwner.all(of: tools, visibleTo: scope.organisation, in: reader)),
          hasGroups: try !AgentGroup.all(visibleTo: scope, limit: 1, in: reader).isEmpty)
      }
    } catch {
      throw .store(error)
    }
  }
}
