/// The providers of this server, by name.
package struct ModelProviders: Sendable {
  private let providers: [ModelProvider]
  private let standardProvider: String

  /// `standardProvider` serves the runs that name none, and is one of the providers.
  package init(_ providers: [ModelProvider], standardProvider: String) {
    precondition(Set(providers.map(\.name)).count == providers.count, "two providers of one name")
    precondition(providers.contains { $0.name == standardProvider }, "the standard has no row")
    self.providers = providers
    self.standardProvider = standardProvider
  }

  /// The names in the order of the table.
  package var names: [String] { providers.map(\.name) }

  /// The model for a run.
  package func model(for request: ModelRequest) throws(ModelError) -> any Model {
    let name = request.provider ?? standardProvider
    guard let provider = providers.first(where: { $0.name == name }) else {
      throw .unknownProvider(name)
    }
    return try provider.make(request)
  }
}

extension ModelProviders {
  private static let brought: [ModelProvider] = [.builtin, .mock]

  /// What every server brings along.
  package static let own = ModelProviders(brought, standardProvider: BuiltinModel.provider)

  /// What a server without any key has: of the others it knows the names.
  package static let keyless = ModelProviders(
    brought + ProviderDialect.allCases.map { .withoutKey($0.rawValue) },
    standardProvider: BuiltinModel.provider)
}
