internal import Contract
internal import Models
internal import Store
internal import Wire

/// The tools of a turn, of which servers may bring others at any time.
extension AgentLoop {
  /// Fills the toolbox at the begin of a turn, and when a server's list has changed, of which the
  /// run is told; what the tools depend on then, or nil where all is as it was.
  mutating func refreshed(_ turn: ToolTurn) async throws(RunInterruption) -> ToolScene? {
    let known = serverTools
    let haveChanged = await known?.haveChanged() ?? false
    guard toolbox.descriptions.isEmpty || haveChanged else { return nil }
    var offer = try await offer(turn)
    let first = offer.serverTools
    if known == nil, await first?.refresh() ?? false { offer = try await self.offer(turn) }
    (toolbox, serverTools) = (offer.toolbox, offer.serverTools)
    for change in offer.serverTools?.changes(since: known ?? first) ?? [] {
      await journal.note(
        RunEventType.toolsRefreshed, step: state.stepsDone,
        span: span.isEmpty ? setup.identifiers.next("sp_") : span, change.payload)
    }
    return offer.scene
  }

  /// Looks up what tools there are for a turn, and what they depend on.
  private mutating func offer(_ turn: ToolTurn) async throws(RunInterruption) -> ToolOffer {
    if let offer = firstOffer {
      firstOffer = nil
      return offer
    }
    do throws(StoreError) {
      return try await setup.database.read { (reader) throws(StoreError) in
        try ToolOffer(turn, in: reader)
      }
    } catch {
      throw .store(error)
    }
  }
}

/// The tools of a turn as the store has them.
struct ToolOffer: Sendable {
  let toolbox: Toolbox
  let serverTools: SkillTools?
  let scene: ToolScene

  init(
    _ turn: ToolTurn, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) {
    let scope = turn.job.scope
    let brought = try turn.setup.toolServers.map { (servers) throws(StoreError) in
      try SkillTools(servers, visibleTo: scope.organisation, in: reader)
    }
    let toolbox = RunTools.toolbox(for: turn, besides: brought?.tools ?? [])
    let names = toolbox.descriptions.map(\.name)
    let owners = brought?.owners.filter { toolbox[$0.tool] is ServerTool } ?? []
    scene = ToolScene(
      owners: owners + (try ToolOwner.all(of: names, visibleTo: scope.organisation, in: reader)),
      hasGroups: try !AgentGroup.all(visibleTo: scope, limit: 1, in: reader).isEmpty)
    (self.toolbox, serverTools) = (toolbox, brought)
  }
}
