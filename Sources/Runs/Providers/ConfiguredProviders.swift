package import Identity
package import Models
package import Store

/// The models of this server: those that it brings along, and those of providers in the store,
/// which are looked up for each run.
package struct ConfiguredProviders: ModelSource {
  private let database: Database
  private let master: MasterKey
  private let traffic: ProviderTraffic
  private let policy: RetryPolicy

  package init(
    database: Database, master: MasterKey, traffic: ProviderTraffic, policy: RetryPolicy
  ) {
    self.database = database
    self.master = master
    self.traffic = traffic
    self.policy = policy
  }

  /// The names that no provider of the store may have.
  package static let ownNames = ModelProviders.own.names

  package nonisolated(nonsending) func model(
    for request: ModelRequest
  ) async throws(ModelError) -> any Model {
    let name = request.provider
    if let name, Self.ownNames.contains(name) { return try ModelProviders.own.model(for: request) }
    let record: ProviderRecord?
    do throws(StoreError) {
      record = try await database.read { (reader) throws(StoreError) in
        try ProviderRecord.find(name, in: reader)
      }
    } catch {
      throw .provider(.unavailable, "The store cannot be asked for the provider now.")
    }
    guard let record else { return try ModelProviders.keyless.model(for: request) }
    let (endpoint, transport) = try reach(record)
    return try ModelProvider.remote(endpoint, over: transport, policy: policy)
      .make(traffic.paced(request))
  }

  /// What turns texts into vectors; nil where no provider does.
  nonisolated(nonsending) func embedder() async throws(ModelError) -> Embedder? {
    let record: ProviderRecord?
    do throws(StoreError) {
      record = try await database.read { (reader) throws(StoreError) in
        try ProviderRecord.findEmbedding(in: reader)
      }
    } catch {
      throw .provider(.unavailable, "The store cannot be asked for the provider now.")
    }
    guard let record, let model = record.embeddingModel else { return nil }
    let (endpoint, transport) = try reach(record)
    return Embedder(endpoint.serving(model), over: transport)
  }

  private func reach(
    _ record: ProviderRecord
  ) throws(ModelError) -> (ProviderEndpoint, any ProviderTransport) {
    let keyless = traffic.needsNoKey ? record.keylessEndpoint : nil
    guard let endpoint = record.endpoint(openedBy: master) ?? keyless else {
      throw .notConfigured(provider: record.name)
    }
    guard let transport = traffic.transport(to: endpoint) else {
      throw .provider(.unavailable, "This server has no libcurl, by which providers are asked.")
    }
    return (endpoint, transport)
  }
}
