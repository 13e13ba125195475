internal import Contract
internal import Events
internal import Store
internal import Wire

extension Runner {
  /// The run, when it is finished and in memory.
  func remembered(
    _ input: RunReference, _ head: CallHead
  ) -> EncodedOnce<RunView>? {
    finished.find(input.runID, in: scope(head))
  }

  /// The run as it is in the store.
  nonisolated(nonsending) func read(
    _ input: RunReference, _ context: CallContext
  ) async throws(Fault) -> RunView {
    let scope = scope(context.head)
    let record = try await setup.database.read { (reader) throws(Fault) in
      try Self.find(input.runID, in: scope, reader)
    }
    finished.keep(record)
    return record.view
  }

  /// Some of the caller's runs.
  nonisolated(nonsending) func search(
    _ input: RunsQuery, _ context: CallContext
  ) async throws(Fault) -> RunsPage {
    let search = try RunSearch(input)
    let (scope, limit) = (scope(context.head), input.limit.value)
    let outputMax = setup.limits.listedOutputMax
    let found = try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        try search.run(in: scope, limit: limit, outputMax: outputMax, reader)
      }
    }
    guard let found else {
      throw Fault(
        .invalid, "the cursor is no run of yours", name: "CURSOR_INVALID",
        details: [Fault.Detail("field", "cursor")])
    }
    return RunsPage(
      runs: found.runs.map(\.view), nextCursor: found.next, hasMore: found.next != nil)
  }

  /// One page of a session's runs.
  nonisolated(nonsending) func list(
    _ input: SessionRunsQuery, _ context: CallContext
  ) async throws(Fault) -> SessionRunsPage {
    let scope = scope(context.head)
    let outputMax = setup.limits.listedOutputMax
    return try await setup.database.read { (reader) throws(Fault) in
      try Fault.translating { () throws(StoreError) in
        let offset = (input.page.value - 1) * input.limit.value
        let records = try RunRecord.page(
          of: input.sessionKey, in: scope, places: offset..<offset + input.limit.value,
          outputMax: outputMax, reader)
        return SessionRunsPage(
          runs: records.map(\.view),
          total: try RunRecord.count(of: input.sessionKey, in: scope, reader),
          page: Int64(input.page.value), limit: Int64(input.limit.value))
      }
    }
  }

  /// Some of a run's events.
  nonisolated(nonsending) func events(
    _ input: RunEventsQuery, _ context: CallContext
  ) async throws(Fault) -> RunEventsPage {
    let scope = scope(context.head)
    let epoch = setup.epoch
    let filter = try Self.filter(input.type, includeTokens: input.includeTokens)
    let bytesMax = setup.limits.eventsPageBytesMax
    return try await setup.database.read { (reader) throws(Fault) in
      let (stream, position) = try Self.place(input.cursor, input.runID, scope, epoch, reader)
      return try Fault.translating { () throws(StoreError) in
        let limit = input.limit.value
        var items = try EventLog.items(
          of: stream, after: position, limit: limit + 1, bytesMax: bytesMax, filter: filter,
          in: reader)
        var hasMore = items.count > limit
        if hasMore { items.removeLast() }
        if !hasMore, let last = items.last {
          hasMore = try !EventLog.items(
            of: stream, after: last.sequence, limit: 1, filter: filter, in: reader
          ).isEmpty
        }
        return RunEventsPage(
          events: items.map(\.event),
          total: try EventLog.count(of: stream, filter: filter, in: reader),
          nextCursor: items.last.map { String($0.sequence) }, hasMore: hasMore)
      }
    }
  }

  /// A run's stream, and the place in it that a cursor means.
  private static func place(
    _ cursor: Text<1, 80>?, _ run: RunID, _ scope: Scope, _ epoch: LogEpoch,
    _ reader: borrowing some Querying & ~Copyable
  ) throws(Fault) -> (stream: String, position: Int64) {
    _ = try find(run, in: scope, reader)
    let stream = stream(of: run)
    let head = try Fault.translating { () throws(StoreError) in
      try EventLog.head(of: stream, in: reader)
    }
    return (stream, try RunCursor.position(in: cursor?.text, head: head, epoch: epoch))
  }

  /// Some links of the chain that a run's events are.
  nonisolated(nonsending) func chain(
    _ input: RunChainQuery, _ context: CallContext
  ) async throws(Fault) -> RunChainPage {
    let scope = scope(context.head)
    let epoch = setup.epoch
    return try await setup.database.read { (reader) throws(Fault) in
      let (stream, position) = try Self.place(input.cursor, input.runID, scope, epoch, reader)
      return try Fault.translating { () throws(StoreError) in
        let limit = input.limit.value
        var links = try EventLog.links(of: stream, after: position, limit: limit + 1, in: reader)
        let hasMore = links.count > limit
        if hasMore { links.removeLast() }
        return RunChainPage(
          links: links, nextCursor: links.last.map { String($0.streamSeq) }, hasMore: hasMore)
      }
    }
  }

  static func find(
    _ id: RunID, in scope: Scope, _ reader: borrowing some Querying & ~Copyable
  ) throws(Fault) -> RunRecord {
    let record: RunRecord?
    do throws(StoreError) {
      record = try RunRecord.find(id, in: scope, reader)
    } catch {
      throw Fault(error)
    }
    guard let record else { throw notFound(id) }
    return record
  }

  static func filter(_ types: [Text<1, 70>], includeTokens: Bool) throws(Fault) -> EventFilter {
    let names = types.map(\.text)
    let excluded = includeTokens ? nil : RunEventType.token
    guard let filter = EventFilter(types: names, excluding: excluded) else {
      throw Fault.field(
        "type", "at most \(EventFilter.patternsMax) event types, or families such as tool.*")
    }
    return filter
  }
}
