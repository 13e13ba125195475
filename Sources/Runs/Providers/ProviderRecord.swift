package import Identity
package import Models
package import Store
package import Wire

/// A provider of models as it lies in the store; its key is sealed.
package struct ProviderRecord: Record, Sendable {
  /// What `llm_config.provider` calls it.
  package let name: String
  package let dialect: ProviderDialect
  package let address: ProviderAddress
  /// The model of runs that name none.
  package let model: String
  /// The tokens that its models take in at once; nil where nobody has said.
  package let contextTokens: Int?
  /// What it takes for tokens; nil where nobody has said.
  package let prices: TokenPrices?
  /// The model that turns texts into vectors; nil where none of its does.
  package let embeddingModel: String?
  /// When it was added, and when it was last changed.
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
  private let stored: StoredRoute
  private let sealedKey: [UInt8]?

  /// The most letters of a name and of a model's.
  package static let nameMax = 80
  package static let modelMax = 200
  /// The least and the most that a million tokens cost.
  package static let priceRange = Dollars.zero...Dollars(clamping: 10_000_000_000)
  /// The most providers that are told of.
  package static let listMax = 1000

  /// A provider that is known by `key`, where it asks for one.
  package init(
    name: String, dialect: ProviderDialect, address: ProviderAddress, model: String,
    contextTokens: Int?, prices: TokenPrices?, route: ProviderRoute = .standard,
    embeddingModel: String? = nil, key: [UInt8]?,
    sealedUnder master: MasterKey, at time: Timestamp
  ) {
    self.name = name
    self.dialect = dialect
    self.address = address
    self.model = model
    self.contextTokens = contextTokens
    self.prices = prices
    self.embeddingModel = embeddingModel
    createdAt = time
    updatedAt = time
    stored = StoredRoute(route, sealedUnder: master, for: name)
    sealedKey = key.map { master.seal($0, place: Self.place(of: name)) }
  }

  package init(row: borrowing Row) throws(StoreError) {
    name = try row.text(0)
    dialect = try row.choice(1)
    guard let address = ProviderAddress(try row.text(2)) else {
      throw .unreadable(column: 2, expected: .text)
    }
    self.address = address
    model = try row.text(3)
    sealedKey = try row.optionalBlob(4)
    createdAt = Timestamp(milliseconds: try row.integer(5))
    updatedAt = Timestamp(milliseconds: try row.integer(6))
    contextTokens = try row.optionalInteger(7).map { Int(clamping: $0) }
    if let input = try row.optionalInteger(8), let output = try row.optionalInteger(9) {
      prices = TokenPrices(input: Dollars(clamping: input), output: Dollars(clamping: output))
    } else {
      prices = nil
    }
    stored = try StoredRoute(row: row, from: 10)
    embeddingModel = try row.optionalText(15)
  }

  /// Whether it is known by a key.
  package var hasKey: Bool { sealedKey != nil }

  /// The way there, without what its proxy knows this server by.
  package var route: ProviderRoute { stored.open }

  /// Whether its proxy knows this server by a name and a password.
  package var hasProxyLogin: Bool { stored.hasLogin }

  /// How it is reached; nil where its key, or what its proxy asks for, does not open under that
  /// master key.
  package func endpoint(openedBy master: MasterKey) -> ProviderEndpoint? {
    var key: ProviderKey?
    if let sealedKey {
      guard let opened = master.open(sealedKey, place: Self.place(of: name)),
        let text = String(validating: opened, as: UTF8.self), let secret = ProviderKey(text)
      else { return nil }
      key = secret
    }
    return stored.route(openedBy: master, for: name).map { endpoint(key, $0) }
  }

  /// How it is reached by somebody who has no key.
  package var keylessEndpoint: ProviderEndpoint { endpoint(nil, route) }

  private func endpoint(_ key: ProviderKey?, _ route: ProviderRoute) -> ProviderEndpoint {
    ProviderEndpoint(
      provider: name, dialect: dialect, address: address, key: key, model: model,
      contextTokens: contextTokens, prices: prices, route: route)
  }

  private static func place(of name: String) -> String { "provider:\(name)" }
}

extension ProviderRecord {
  /// Adds the provider, or puts it in the place of one of its name, whose key it keeps when it has
  /// none and is still at the same address.
  package func put(in transaction: borrowing Transaction) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO providers (name, dialect, address, model, key, created_at, updated_at,
        context_tokens, input_price, output_price, authority, proxy, proxy_login, connect_seconds,
        silence_seconds, embedding_model)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
      ON CONFLICT (name) DO UPDATE SET dialect = excluded.dialect, address = excluded.address,
        model = excluded.model, updated_at = excluded.updated_at,
        context_tokens = excluded.context_tokens, input_price = excluded.input_price,
        output_price = excluded.output_price, authority = excluded.authority,
        proxy = excluded.proxy, connect_seconds = excluded.connect_seconds,
        silence_seconds = excluded.silence_seconds,
        embedding_model = excluded.embedding_model,
        proxy_login = CASE WHEN excluded.proxy_login IS NULL AND excluded.proxy = proxy
          THEN proxy_login ELSE excluded.proxy_login END,
        key = CASE WHEN excluded.key IS NULL AND excluded.dialect = dialect
          AND excluded.address = address THEN key ELSE excluded.key END
      """,
      values: [
        .text(name), .text(dialect.rawValue), .text(address.text), .text(model),
        .optional(sealedKey), .integer(createdAt.milliseconds), .integer(updatedAt.milliseconds),
        .optional(contextTokens.map { Int64($0) }), .optional(prices?.input.micros),
        .optional(prices?.output.micros),
      ] + stored.values + [.optional(embeddingModel)])
  }

  /// Removes a provider; false where there is none of that name.
  package static func remove(
    _ name: String, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute("DELETE FROM providers WHERE name = ?1", .text(name)) == 1
  }

  /// The provider of that name; without a name, the one that was added first.
  package static func find(
    _ name: String?, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> ProviderRecord? {
    try reader.first(
      ProviderRecord.self,
      """
      SELECT name, dialect, address, model, key, created_at, updated_at, context_tokens,
        input_price, output_price, authority, proxy, proxy_login, connect_seconds, silence_seconds,
        embedding_model
      FROM providers
      WHERE ?1 IS NULL OR name = ?1 ORDER BY ordinal LIMIT 1
      """, .optional(name))
  }

  /// The provider that was added first of those that turn texts into vectors.
  static func findEmbedding(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> ProviderRecord? {
    try reader.first(
      ProviderRecord.self,
      """
      SELECT name, dialect, address, model, key, created_at, updated_at, context_tokens,
        input_price, output_price, authority, proxy, proxy_login, connect_seconds, silence_seconds,
        embedding_model
      FROM providers WHERE embedding_model IS NOT NULL ORDER BY ordinal LIMIT 1
      """)
  }

  /// All providers, in the order in which they were added.
  package static func all(
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> [ProviderRecord] {
    try reader.all(
      ProviderRecord.self,
      """
      SELECT name, dialect, address, model, key, created_at, updated_at, context_tokens,
        input_price, output_price, authority, proxy, proxy_login, connect_seconds, silence_seconds,
        embedding_model
      FROM providers
      ORDER BY ordinal LIMIT ?1
      """, .integer(Int64(listMax)))
  }
}
