internal import Contract
internal import Wire

/// One model of one provider, and how it is reached.
package struct ProviderEndpoint: Sendable {
  /// What `llm_config.provider` calls the provider.
  package let provider: String
  /// How it is spoken to.
  package let dialect: ProviderDialect
  /// Where it is.
  package let address: ProviderAddress
  /// What it knows this server by; nil for one that asks for no key.
  package let key: ProviderKey?
  /// The model's name, as the provider has it.
  package let model: String
  /// The tokens that a conversation and its answer may have together; nil where nobody has said.
  package let contextTokens: Int?
  /// What its tokens cost, whichever of the provider's models it is; nil where nobody has said.
  package let prices: TokenPrices?
  /// The way there.
  package let route: ProviderRoute

  package init(
    provider: String, dialect: ProviderDialect, address: ProviderAddress, key: ProviderKey?,
    model: String, contextTokens: Int? = nil, prices: TokenPrices? = nil,
    route: ProviderRoute = .standard
  ) {
    self.provider = provider
    self.dialect = dialect
    self.address = address
    self.key = key
    self.model = model
    self.contextTokens = contextTokens
    self.prices = prices
    self.route = route
  }

  /// The same provider with another of its models.
  package func serving(_ model: String) -> ProviderEndpoint {
    ProviderEndpoint(
      provider: provider, dialect: dialect, address: address, key: key, model: model,
      contextTokens: contextTokens, prices: prices, route: route)
  }

  /// Whether this is the dialect's own provider, and not one that only speaks alike.
  var isStandard: Bool { address == dialect.standardAddress }

  /// No run, and so no answer, takes longer.
  private static let timeout = Duration.seconds(3600)

  /// What asks for the next turn of a conversation.
  package func request(for conversation: Conversation) -> ProviderRequest {
    let row = dialect.row
    return request(
      row.path(model), body: row.body(conversation, self), accept: "text/event-stream",
      within: Self.timeout)
  }

  /// What asks for anything, at a path behind the address.
  func request(
    _ path: String, body: WireValue, accept: String, within timeout: Duration
  ) -> ProviderRequest {
    let row = dialect.row
    var headers = [
      ProviderHeader("content-type", "application/json"), ProviderHeader("accept", accept),
    ]
    headers += row.headers
    if let key {
      headers.append(
        ProviderHeader(row.key.header, row.key.prefix + key.secret, isSecret: true))
    }
    return ProviderRequest(
      .post, url: address.text + path, headers: headers, body: body.json(),
      route: route.within(timeout), timeout: timeout)
  }
}

extension ProviderEndpoint {
  /// The most scalars of a provider's sentence that are repeated.
  static let messageMax = 500

  /// The error with a message that may be shown: of a bounded length, and without the key.
  func cleaned(_ error: ModelError) -> ModelError {
    guard case .upstream(let code, let message) = error else { return error }
    // Clipping first could leave a part of the key that is not found any more.
    let scrubbed = key?.scrubbed(from: message) ?? message
    return .upstream(
      code: code, message: Excerpt.clipped(scrubbed, scalarsMax: Self.messageMax))
  }
}
