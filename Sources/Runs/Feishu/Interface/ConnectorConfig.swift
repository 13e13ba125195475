package import Wire

/// What a connector reads, and how; a field that is absent has its default.
package struct ConnectorConfig: Coded, Hashable {
  /// Folders whose own documents and bases are read, at most 200; what lies in folders within them
  /// is not.
  package var folderTokens: [Text<1, 200>] = []
  /// Pages of wikis, at most 200.
  package var wikiNodeTokens: [Text<1, 200>] = []
  /// Documents and bases, at most 200; the kind of each is looked up.
  package var fileTokens: [Text<1, 200>] = []
  /// Bases, at most 200.
  package var bitableAppTokens: [Text<1, 200>] = []
  /// The pause between two looks of the server's own accord, in seconds.
  package var pollIntervalSeconds: Bounded<60, 86_400> = 300
  /// The most sources of one sync; further ones are skipped.
  package var maxDocsPerSync: Bounded<1, 1000> = 200
  /// The most records that are read of one table.
  package var maxRecordsPerTable: Bounded<1, 5000> = 500
  /// How texts are cut.
  package var chunking: ChunkingConfig = ChunkingConfig()
}

/// How texts are cut into chunks; `min_tokens` is at most `target_tokens`, that at most
/// `max_tokens`.
package struct ChunkingConfig: Coded, Hashable {
  /// The tokens that a chunk should have.
  package var targetTokens: Bounded<120, 2000> = 600
  /// The tokens that no chunk has more of.
  package var maxTokens: Bounded<240, 4000> = 1100
  /// The tokens below which a chunk takes more in.
  package var minTokens: Bounded<40, 1200> = 120
  /// The blocks before and behind a picture or file that stand in its own chunk; 0 gives it none.
  package var mediaContextBlocks: Bounded<0, 4> = 2
}
