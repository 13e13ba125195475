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
    // Millionths of a US dollar: a provider's for a million tokens, an organisation's of a day.
    Migration(19, "providers: what their models cost; organisations: what they have paid",
      "ALTER TABLE providers ADD COLUMN input_price INTEGER",
      "ALTER TABLE providers ADD COLUMN output_price INTEGER",
      "ALTER TABLE tenant_usage ADD COLUMN cost INTEGER NOT NULL DEFAULT 0"),
    Migration(20, "providers: whom is believed there, through whom it leads, how long is waited",
      "ALTER TABLE providers ADD COLUMN authority TEXT",
      "ALTER TABLE providers ADD COLUMN proxy TEXT",
      "ALTER TABLE providers ADD COLUMN proxy_login BLOB",
      "ALTER TABLE providers ADD COLUMN connect_seconds INTEGER",
      "ALTER TABLE providers ADD COLUMN silence_seconds INTEGER"),
    Migration(21, "providers: who turns texts into vectors; memories: their vectors",
      "ALTER TABLE providers ADD COLUMN embedding_model TEXT",
      """
      CREATE TABLE memory_vectors (
        entry INTEGER PRIMARY KEY, org_id TEXT NOT NULL, model TEXT NOT NULL,
        dimension INTEGER NOT NULL, vector BLOB NOT NULL
      ) STRICT
      """,
      "CREATE INDEX memory_vectors_by_org ON memory_vectors (org_id, model, dimension)",
      """
      CREATE TABLE memory_vector_work (
        entry INTEGER PRIMARY KEY, attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL
      ) STRICT
      """,
      "CREATE INDEX memory_vector_work_due ON memory_vector_work (due_at)"),
  ]
}
