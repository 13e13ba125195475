internal import Contract
internal import Cryptography
internal import Store
internal import Wire

/// How a job ends.
enum SyncEnding: Hashable, Sendable {
  case completed(FeishuStats)
  case failed(String, FeishuStats)
  case tookTooLong
  /// Nothing is written: whoever called it off knows more.
  case calledOff

  /// Why it failed; nil when it did not.
  var reason: String? {
    switch self {
    case .completed, .calledOff: nil
    case .failed(let reason, _): reason
    case .tookTooLong: "it took longer than \(FeishuLimits.jobMax.components.seconds) s"
    }
  }

  /// What was come across, where that is known.
  var stats: FeishuStats? {
    switch self {
    case .completed(let stats), .failed(_, let stats): stats
    case .tookTooLong, .calledOff: nil
    }
  }
}

/// Does one job: finds the sources of a connector, reads them, and keeps what is new.
struct Synchronizer: Sendable {
  private let claimed: ClaimedSync
  private let client: FeishuClient
  private let setup: LibrarianSetup
  private let chunker: Chunker

  init(_ claimed: ClaimedSync, _ client: FeishuClient, _ setup: LibrarianSetup) {
    self.claimed = claimed
    self.client = client
    self.setup = setup
    chunker = Chunker(claimed.connector.config.chunking)
  }

  private var config: ConnectorConfig { claimed.connector.config }

  /// What ends the whole job.
  private enum Stop: Error {
    case calledOff
    case failed(String)
  }

  nonisolated(nonsending) func run() async -> SyncEnding {
    var stats = FeishuStats()
    do throws(Stop) {
      let sources = try await discover(&stats)
      let wanted = sources.prefix(config.maxDocsPerSync.value)
      stats.discovered = Int64(sources.count)
      stats.skipped = Int64(sources.count - wanted.count)
      var silences = 0
      for source in wanted {
        do throws(FeishuFailure) {
          try await synchronize(source, &stats)
          silences = 0
        } catch {
          stats.failed += 1
          try note(error, of: source.key)
          silences = error.isSilence ? silences + 1 : 0
          guard silences < FeishuLimits.unreachableMax else {
            throw .failed("Feishu cannot be reached: \(error.message)")
          }
        }
      }
      return .completed(stats)
    } catch {
      switch error {
      case .calledOff: return .calledOff
      case .failed(let reason): return .failed(reason, stats)
      }
    }
  }

  /// Tells operators of a source that could not be read; what concerns all of them ends the job.
  private func note(_ failure: FeishuFailure, of source: String) throws(Stop) {
    if failure.kind == .calledOff { throw .calledOff }
    if failure.concernsAll { throw .failed(failure.message) }
    setup.observe(
      FeishuTrouble(
        connector: claimed.connector.id, job: claimed.job.id, source: source,
        reason: failure.message))
  }
}

/// Which sources there are.
extension Synchronizer {
  /// The different sources that the connector names, in the order of its lists.
  private nonisolated(nonsending) func discover(
    _ stats: inout FeishuStats
  ) async throws(Stop) -> [FeishuSource] {
    var found: [FeishuSource] = []
    found += try await files()
    for token in unique(config.wikiNodeTokens) { found.append(try await wikiSource(token)) }
    for token in unique(config.folderTokens) {
      do throws(FeishuFailure) {
        found += try await client.sources(inFolder: token)
      } catch {
        stats.failed += 1
        try note(error, of: "folder:\(token)")
      }
    }
    found += unique(config.bitableAppTokens).map { FeishuSource(kind: .bitable, token: $0) }
    var seen: Set<FeishuSource> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// What a page of a wiki is; one of which that cannot be learnt is read as a document.
  private nonisolated(nonsending) func wikiSource(
    _ token: String
  ) async throws(Stop) -> FeishuSource {
    let plain = FeishuSource(kind: .docx, token: token)
    do throws(FeishuFailure) {
      return try await client.source(ofWikiNode: token) ?? plain
    } catch {
      try note(error, of: "wiki:\(token)")
      return plain
    }
  }

  /// The files by their kinds; one of which that cannot be learnt is taken for a document.
  private nonisolated(nonsending) func files() async throws(Stop) -> [FeishuSource] {
    let tokens = unique(config.fileTokens)
    var kinds: [String: FeishuSource.Kind] = [:]
    for start in stride(from: 0, to: tokens.count, by: FeishuClient.kindsMax) {
      let some = Array(tokens[start..<min(start + FeishuClient.kindsMax, tokens.count)])
      do throws(FeishuFailure) {
        kinds.merge(try await client.kinds(of: some)) { $1 }
      } catch {
        try note(error, of: "files")
      }
    }
    return tokens.map { FeishuSource(kind: kinds[$0] ?? .docx, token: $0) }
  }

  private func unique(_ tokens: [Text<1, 200>]) -> [String] {
    var seen: Set<String> = []
    return tokens.map(\.text).filter { seen.insert($0).inserted }
  }
}

/// What a source says.
extension Synchronizer {
  /// Reads a source, and keeps it unless it is as it was.
  private nonisolated(nonsending) func synchronize(
    _ source: FeishuSource, _ stats: inout FeishuStats
  ) async throws(FeishuFailure) {
    let contents = try await client.contents(
      of: source, recordsMax: config.maxRecordsPerTable.value)
    let text = contents.passages.joined
    guard text.utf8.count <= FeishuLimits.textBytesMax else { throw FeishuClient.tooLong }
    let state = SourceState(
      revision: contents.revision,
      contentHash: SHA256.digest(of: Array("\(contents.title)\n\(text)".utf8)).hexadecimal)
    let connector = claimed.connector.id
    let known: SourceState?
    do throws(StoreError) {
      known = try await setup.database.read { (reader) throws(StoreError) in
        try SourceState.find(source.key, of: connector, in: reader)
      }
    } catch {
      throw .unreadable("the store cannot be read: \(error)")
    }
    guard known != state else {
      stats.skipped += 1
      return
    }
    try await keep(source, contents, text, state, &stats)
  }

  private nonisolated(nonsending) func keep(
    _ source: FeishuSource, _ contents: FeishuContents, _ text: String, _ state: SourceState,
    _ stats: inout FeishuStats
  ) async throws(FeishuFailure) {
    let (job, connector, key) = (claimed.job, claimed.connector, source.key)
    var metadata: WireValue = [
      "source_type": .text(source.type), "source_key": .text(key),
      "title": .text(contents.title), "revision": .text(contents.revision),
      "connector_id": .text(connector.id),
    ]
    if source.kind == .bitable { metadata["tables"] = .integer(Int64(contents.tableCount)) }
    let memory = ProjectMemory(
      place: connector.place, type: .archival, text: text, metadata: metadata, sourceKey: key,
      chunks: chunker.chunks(of: contents.passages))
    var after = stats
    after.processed += 1
    after.docxDocs += source.kind == .docx ? 1 : 0
    after.bitableTables += Int64(contents.tableCount)
    after.chunkCount += Int64(memory.chunks.count)
    let (told, now, fresh) = (after, setup.wallClock.now, setup.identifiers.uuid().text)
    do throws(StoreError) {
      try await setup.database.write { (transaction) throws(StoreError) in
        guard try job.note(told, at: now, in: transaction) else { return }
        let id = try memory.save(as: fresh, at: now, in: transaction)
        // Chunks of another size are wanted by now: the next sync makes them.
        let current = try FeishuConnector.find(
          ConnectorID(trusted: connector.id), in: nil, transaction)
        guard current?.config.chunking == connector.config.chunking else { return }
        try state.save(key, of: connector.id, memory: id, at: now, in: transaction)
      }
    } catch {
      throw .unreadable("the store cannot keep it: \(error)")
    }
    stats = after
  }
}
