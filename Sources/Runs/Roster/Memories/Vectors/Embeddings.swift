package import Contract
package import Models
package import Store
internal import Wire

/// What memories and questions mean, by a provider's model: vectors of memories are made beside all
/// other work, a question's when it is asked.
///
/// A provider that fails delays nothing: memories are found by their words meanwhile.
package struct Embeddings: Sendable {
  private let database: Database
  private let providers: ConfiguredProviders
  private let wallClock: any WallClock
  private let pausing: any Pausing
  private let observe: @Sendable (ModelError) -> Void
  /// What was done, for metrics.
  package let gauge = EmbeddingGauge()

  /// `observe` hears of each request that came to nothing.
  package init(
    database: Database, providers: ConfiguredProviders, wallClock: any WallClock,
    pausing: any Pausing, observe: @escaping @Sendable (ModelError) -> Void
  ) {
    self.database = database
    self.providers = providers
    self.wallClock = wallClock
    self.pausing = pausing
    self.observe = observe
  }

  /// How long whoever asks a question may have to wait for its meaning.
  private static let questionMax: Duration = .seconds(3)
  /// How long a batch of memories may take.
  private static let batchMax: Duration = .seconds(60)

  /// What a question means; nil where no provider says it, or not in time.
  nonisolated(nonsending) func meaning(of question: String) async -> MemoryQuestion? {
    do throws(ModelError) {
      guard let embedder = try await providers.embedder() else { return nil }
      let vectors = try await embedder.vectors(
        of: [question], for: .question, within: Self.questionMax)
      gauge.add(.questions)
      return vectors.first.map { MemoryQuestion(model: embedder.model, vector: $0) }
    } catch {
      note(error, .questionFailures)
      return nil
    }
  }

  private func note(_ error: ModelError, _ count: EmbeddingGauge.Count) {
    guard error != .cancelled else { return }
    gauge.add(count)
    observe(error)
  }
}

/// The making of memories' vectors.
extension Embeddings {
  /// Where the maker is.
  struct Course: Sendable {
    /// The model of whose vectors all are wanted, and since when.
    var model: String?
    var wantedAt: Int64 = 0
    /// Rounds one after the other that came to nothing.
    var failures = 0
  }

  /// What a round came to, by which the next one is begun.
  enum Round: Hashable {
    /// No provider makes vectors.
    case nobody
    /// There is nothing to do.
    case idle
    /// There may be more.
    case busy
    case failed
  }

  /// How often it is looked for a provider and for new memories, and whether all have vectors.
  private static let lookEvery: Duration = .seconds(1)
  private static let allEvery: Duration = .seconds(3600)
  /// The longest wait for a provider that fails.
  private static let failureMax: Duration = .seconds(60)

  /// Makes vectors until the task is cancelled.
  func work() async {
    var course = Course()
    while !Task.isCancelled {
      let wait: Duration
      switch await round(&course) {
      case .busy: continue
      case .nobody, .idle: wait = Self.lookEvery
      case .failed:
        wait = min(Self.failureMax, .seconds(1 << min(course.failures - 1, 6)))
      }
      guard await pausing.rest(for: wait) else { return }
    }
  }

  /// Makes the vectors of one batch.
  func round(_ course: inout Course) async -> Round {
    do throws(ModelError) {
      guard let embedder = try await providers.embedder() else {
        course = Course()
        return .nobody
      }
      try await wantAll(of: embedder.model, &course)
      let work = try await Self.storing { () async throws(StoreError) in try await take() }
      guard !work.isEmpty else { return .idle }
      try await make(work, embedder)
      course.failures = 0
      return .busy
    } catch {
      note(error, .failures)
      course.failures += 1
      return .failed
    }
  }

  private func take() async throws(StoreError) -> [MemoryVectors.Work] {
    let now = wallClock.now.milliseconds
    // Who only looks takes no turn of those who write.
    let isWanted = try await database.read { (reader) throws(StoreError) in
      try MemoryVectors.isAnyWanted(at: now, in: reader)
    }
    guard isWanted else { return [] }
    return try await database.write { (transaction) throws(StoreError) in
      try MemoryVectors.take(most: Embedder.textsMax, at: now, in: transaction)
    }
  }

  /// Has vectors made of what has none of the model: when the maker begins, when the provider is
  /// another, and from time to time.
  private func wantAll(of model: String, _ course: inout Course) async throws(ModelError) {
    let now = wallClock.now.milliseconds
    guard course.model != model || now - course.wantedAt >= Self.allEvery.milliseconds else {
      return
    }
    let isBegin = course.model == nil
    var place: Int64? = .max
    while let before = place {
      let isFirst = before == .max
      place = try await Self.storing { () async throws(StoreError) in
        try await database.write { (transaction) throws(StoreError) in
          // One process holds the data folder: nobody works on what was begun before.
          if isBegin, isFirst { try MemoryVectors.freeAll(in: transaction) }
          return try MemoryVectors.wantAll(of: model, before: before, in: transaction)
        }
      }
    }
    (course.model, course.wantedAt) = (model, now)
  }

  private func make(
    _ work: [MemoryVectors.Work], _ embedder: Embedder
  ) async throws(ModelError) {
    var made: [EmbeddingVector?] = []
    do throws(ModelError) {
      made = try await vectors(of: work, embedder)
    } catch {
      // A failure that the store tells later is the same one.
      try await Self.storing { () async throws(StoreError) in
        try await database.write { (transaction) throws(StoreError) in
          for each in work { try MemoryVectors.giveBack(each, in: transaction) }
        }
      }
      throw error
    }
    let (vectors, model) = (made, embedder.model)
    try await Self.storing { () async throws(StoreError) in
      try await database.write { (transaction) throws(StoreError) in
        for (each, vector) in zip(work, vectors) {
          try MemoryVectors.keep(vector, of: model, for: each, in: transaction)
        }
      }
    }
    gauge.add(.made, vectors.count { $0 != nil })
  }

  /// The vectors of a batch; where it is refused, each text is asked for by itself, and one that is
  /// refused then has none.
  private func vectors(
    of work: [MemoryVectors.Work], _ embedder: Embedder
  ) async throws(ModelError) -> [EmbeddingVector?] {
    do throws(ModelError) {
      return try await embedder.vectors(
        of: work.map(\.text), for: .memory, within: Self.batchMax)
    } catch {
      guard error.isOfText else { throw error }
      note(error, .failures)
      guard work.count > 1 else { return [nil] }
      var made: [EmbeddingVector?] = []
      for each in work { made += try await vectors(of: [each], embedder) }
      return made
    }
  }

  private nonisolated(nonsending) static func storing<Output: Sendable>(
    _ work: () async throws(StoreError) -> Output
  ) async throws(ModelError) -> Output {
    do throws(StoreError) {
      return try await work()
    } catch {
      throw .provider(.unavailable, "The store cannot be asked for memories now.")
    }
  }
}

extension ModelError {
  /// Whether it is the text that the provider does not take, and not the provider that fails.
  fileprivate var isOfText: Bool {
    fault == .requestRejected || fault == .contextTooLong || fault == .answerWithheld
  }
}
