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

  /// The steps that came when other parts had theirs.
  // swift-format-ignore
  package static let later: [Migration] = [
    Migration(18, "providers: what their models take in; runs: what they may use",
      "ALTER TABLE providers ADD COLUMN context_tokens INTEGER",
      "ALTER TABLE runs ADD COLUMN budget TEXT"),
  ]
}
