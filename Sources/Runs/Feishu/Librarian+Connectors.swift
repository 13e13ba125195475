internal import Contract
internal import Events
internal import Store
internal import Wire

extension Librarian {
  /// Makes a connector of the caller's project.
  nonisolated(nonsending) func create(
    _ input: CreateConnector, _ context: CallContext
  ) async throws(Fault) -> Answer<FeishuConnector> {
    try Self.check(input.config)
    let (place, now) = (Self.place(context), setup.wallClock.now)
    let connector = FeishuConnector(
      id: setup.identifiers.next(ConnectorID.prefix), orgID: place.organisation,
      projectID: place.project, name: input.name.text, status: input.status ?? .active,
      config: input.config, createdBy: context.scope?.user ?? context.principal.id,
      lastSyncAt: nil, lastSuccessAt: nil, lastError: nil, lastPolledAt: nil, createdAt: now,
      updatedAt: now)
    return try await OnceOnly.run(context.claim, on: setup.database, now: now) {
      (transaction) throws(Fault) in
      let count = try Fault.translating { () throws(StoreError) in
        try FeishuConnector.count(in: place, transaction)
      }
      try Roster.checkRoom(count, below: FeishuConnector.most, "connectors in this project")
      try Fault.translating { () throws(StoreError) in try connector.insert(in: transaction) }
      return .success(connector)
    }
  }

  /// The connectors of the caller's project.
  nonisolated(nonsending) func connectors(
    _ context: CallContext
  ) async throws(Fault) -> ConnectorList {
    let place = Self.place(context)
    return ConnectorList(
      connectors: try await read { (reader) throws(StoreError) in
        try FeishuConnector.all(in: place, reader)
      })
  }

  /// One connector of the caller's project.
  nonisolated(nonsending) func connector(
    _ id: ConnectorID, _ context: CallContext
  ) async throws(Fault) -> FeishuConnector {
    let place = Self.place(context)
    let connector = try await read { (reader) throws(StoreError) in
      try FeishuConnector.find(id, in: place, reader)
    }
    guard let connector else { throw FeishuConnector.notFound(id) }
    return connector
  }

  /// Changes a connector of the caller's project.
  nonisolated(nonsending) func update(
    _ input: UpdateConnector, _ context: CallContext
  ) async throws(Fault) -> Answer<FeishuConnector> {
    guard input.name.isPresent || input.status.isPresent || input.config.isPresent else {
      throw Fault(.invalid, "there is nothing to change: name, status or config is needed")
    }
    let name = try Self.value(input.name, of: "name")
    let status = try Self.value(input.status, of: "status")
    let config = try Self.value(input.config, of: "config")
    if let config { try Self.check(config) }
    let (place, now) = (Self.place(context), setup.wallClock.now)
    return try await OnceOnly.run(context.claim, on: setup.database, now: now) {
      (transaction) throws(Fault) in
      let old = try Fault.translating { () throws(StoreError) in
        try FeishuConnector.find(input.connectorID, in: place, transaction)
      }
      guard let old else { throw FeishuConnector.notFound(input.connectorID) }
      let new = FeishuConnector(
        id: old.id, orgID: old.orgID, projectID: old.projectID, name: name?.text ?? old.name,
        status: status ?? old.status, config: config ?? old.config, createdBy: old.createdBy,
        lastSyncAt: old.lastSyncAt, lastSuccessAt: old.lastSuccessAt, lastError: old.lastError,
        lastPolledAt: old.lastPolledAt, createdAt: old.createdAt, updatedAt: now)
      try Fault.translating { () throws(StoreError) in
        try new.update(in: transaction)
        // What was cut otherwise is read again, though nobody has changed it.
        if new.config.chunking != old.config.chunking {
          try SourceState.forget(of: new.id, in: transaction)
        }
      }
      return .success(new)
    }
  }

  /// The new value of a field that always has one; nil where it stays.
  private static func value<Value: Coded>(
    _ change: Patch<Value>, of field: String
  ) throws(Fault) -> Value? {
    switch change {
    case .absent: return nil
    case .null: throw .field(field, "it cannot be taken away")
    case .value(let value): return value
    }
  }

  /// Refuses a configuration whose values are each right and do not go together.
  static func check(_ config: ConnectorConfig) throws(Fault) {
    let lists = [
      ("folder_tokens", config.folderTokens), ("wiki_node_tokens", config.wikiNodeTokens),
      ("file_tokens", config.fileTokens), ("bitable_app_tokens", config.bitableAppTokens),
    ]
    for (name, tokens) in lists {
      guard tokens.count <= FeishuLimits.tokensMax else {
        throw .field("config.\(name)", "more than \(FeishuLimits.tokensMax) entries")
      }
    }
    let chunking = config.chunking
    guard chunking.minTokens.value <= chunking.targetTokens.value else {
      throw .field("config.chunking.min_tokens", "it is above target_tokens")
    }
    guard chunking.targetTokens.value <= chunking.maxTokens.value else {
      throw .field("config.chunking.target_tokens", "it is above max_tokens")
    }
  }
}
