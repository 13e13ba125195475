internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// Opens the stream of a run's events.
  nonisolated(nonsending) func watch(
    _ input: WatchRun, _ context: CallContext
  ) async throws(Fault) -> FeedReply {
    let scope = scope(context.head)
    let filter = try Self.filter(input.type, includeTokens: true)
    let stream = Self.stream(of: input.runID)
    let lastEventID = context.lastEventID
    let (status, start, hasAll) = try await setup.database.read { (reader) throws(Fault) in
      let status = try Self.find(input.runID, in: scope, reader).view.status
      let head = try Fault.translating { () throws(StoreError) in
        try EventLog.head(of: stream, in: reader)
      }
      let start = try self.start(lastEventID ?? input.cursor?.text, head: head)
      let isNothingLeft = try Fault.translating { () throws(StoreError) in
        try EventLog.items(of: stream, after: start.position, limit: 1, filter: filter, in: reader)
          .isEmpty
      }
      return (status, start, status.isFinal && start.isRecovered && isNothingLeft)
    }
    // Also when events are left that the filter leaves out: an event source has no id of theirs,
    // and would ask again for ever.
    if hasAll { return .finished }
    let greeting = StreamGreeting(
      clientID: setup.identifiers.next("c_"), runID: input.runID, ts: setup.wallClock.now,
      cursor: String(start.position), epoch: setup.epoch.text, recovered: start.isRecovered,
      status: status)
    return .open(
      FeedPlan(
        topic: FeedTopic(stream: stream, filter: filter.canonicalText),
        source: RunFeed(
          database: setup.database, recent: setup.log.recent, id: input.runID, filter: filter),
        tenant: scope.organisation, position: start.position,
        greeting: StoredJSON(encoding: greeting), eventName: "run.event"))
  }

  /// Where a subscriber begins: a cursor of another epoch is worth nothing, and the subscriber is
  /// told so.
  private func start(
    _ text: String?, head: Int64
  ) throws(Fault) -> (position: Int64, isRecovered: Bool) {
    if text == "latest" { return (head, true) }
    if let text, let epoch = RunCursor(text)?.epoch, epoch != setup.epoch.text { return (0, false) }
    // An event source that has seen no id yet sends an empty one.
    let given = text.flatMap { $0.isEmpty ? nil : $0 }
    return (try RunCursor.position(in: given, head: head, epoch: setup.epoch), true)
  }
}

/// Reads one run's events for its subscribers.
struct RunFeed: FeedSource {
  let database: Database
  let recent: RecentEvents
  let id: RunID
  let filter: EventFilter

  nonisolated(nonsending) func page(
    after position: Int64, limit: Int
  ) async throws(Fault) -> FeedPage {
    let (id, filter) = (id, filter)
    if let page = recent.page(
      of: Runner.stream(of: id), after: position, limit: limit, filter: filter)
    {
      return FeedPage(
        items: page.items.map { FeedItem(position: $0.sequence, event: $0.event) },
        position: page.position, isLast: page.lastType.map(RunEventType.isFinal) ?? false)
    }
    return try await database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        let stream = Runner.stream(of: id)
        let head = try EventLog.head(of: stream, in: reader)
        let items = try EventLog.items(
          of: stream, after: position, limit: limit, filter: filter, in: reader)
        // Events that the filter leaves out are passed over, so that they are not read again.
        let end = items.count < limit ? head : items.last?.sequence ?? head
        let status = try reader.first(
          String.self, "SELECT status FROM runs WHERE id = ?1", .text(id.text))
        let isFinal = status.flatMap(RunStatus.init(rawValue:))?.isFinal ?? true
        return FeedPage(
          items: items.map { FeedItem(position: $0.sequence, event: $0.event) }, position: end,
          isLast: isFinal && end == head)
      }
    }
  }
}
