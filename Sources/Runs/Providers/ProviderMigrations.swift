package import Store

/// The schema of the providers of models.
package enum ProviderMigrations {
  /// The steps, in their order.
  // swift-format-ignore
  package static let all: [Migration] = [
    Migration(11, "providers: who serves models, and the keys that they know this server by",
      """
      CREATE TABLE providers (
        ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dialect TEXT NOT NULL,
        address TEXT NOT NULL, model TEXT NOT NULL, key BLOB, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT
      """),
  ]
}
