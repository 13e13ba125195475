import Contract
import Identity
import Models
import Store
import Testing
import Wire

@testable import Runs

/// Memories that are found by their meaning, and what happens where it cannot be known.
@Suite(.timeLimit(.minutes(10))) struct EmbeddingsTests {
  private static let group = GroupID(trusted: "grp_1")

  /// A store with a provider of vectors, and whoever makes them.
  private final class House {
    let test: TestRunner
    let transport = MeaningTransport()
    let embeddings: Embeddings
    private let master: MasterKey
    private var course = Embeddings.Course()

    init(model: String? = "small") async throws {
      test = try TestRunner()
      master = try #require(MasterKey(text: String(repeating: "0f", count: MasterKey.count)))
      embeddings = Embeddings(
        database: test.database,
        providers: ConfiguredProviders(
          database: test.database, master: master, traffic: .live(transport),
          policy: .standard { $0 }),
        wallClock: test.time, pausing: test.time, observe: { _ in })
      if let model { try await add(model) }
    }

    func add(_ model: String?, name: String = "house") async throws {
      let address = try #require(ProviderAddress("http://127.0.0.1:1/v1"))
      let record = ProviderRecord(
        name: name, dialect: .openai, address: address, model: "large", contextTokens: nil,
        prices: nil, embeddingModel: model, key: nil, sealedUnder: master, at: test.time.now)
      try await test.database.write { (transaction) throws(StoreError) in
        try record.put(in: transaction)
      }
    }

    @discardableResult
    func remember(
      _ text: String, type: MemoryType = .episodic, group: String = "grp_1",
      in scope: Scope = TestRunner.scope
    ) async throws -> String {
      let memory = Memory(
        id: test.runner.setup.identifiers.uuid().text, type: type, text: text, metadata: [:],
        importance: 0.5, roleID: "role_1", groupID: group, createdAt: test.time.now,
        updatedAt: test.time.now)
      try await test.database.write { (transaction) throws(StoreError) in
        try memory.insert(in: scope, transaction)
      }
      return memory.id
    }

    /// Works as long as there is something to do; what the last round came to.
    @discardableResult
    func work() async -> Embeddings.Round {
      var round = await embeddings.round(&course)
      while round == .busy { round = await embeddings.round(&course) }
      return round
    }

    /// The same as another process would, which knows nothing of this one.
    func restart() { course = Embeddings.Course() }

    func find(
      _ question: String, most: Int = 20, in scope: Scope = TestRunner.scope
    ) async throws -> [String] {
      let meaning = await embeddings.meaning(of: question)
      let items = try await test.database.read { (reader) throws(StoreError) in
        try MemoryRecall.items(
          on: question, meaning: meaning, for: scope, group: group, most: most, in: reader)
      }
      return items.map(\.text)
    }

    func count(_ statement: StaticString) async throws -> Int64? {
      try await test.number(statement)
    }
  }

  private static let made: StaticString = "SELECT count(*) FROM memory_vectors WHERE dimension > 0"
  private static let toDo: StaticString = "SELECT count(*) FROM memory_vector_work"

  @Test("a memory is found by what it means, and the nearest in meaning and words comes first")
  func meaning() async throws {
    let house = try await House()
    try await house.remember("The port opens at dawn.")
    try await house.remember("Bread is baked at dawn.")
    try await house.remember("The harbour master is Ada.")
    try await house.remember("A vessel is in the haven.")
    #expect(try await house.find("harbour") == ["The harbour master is Ada."])
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.made) == 4)
    let found = try await house.find("harbour")
    #expect(
      found.first == "The harbour master is Ada." && found.contains("The port opens at dawn."))
    #expect(!found.contains("Bread is baked at dawn."))
    // Words of the question count where meanings are the same.
    #expect(try await house.find("port dawn").first == "The port opens at dawn.")
    // A question without a word that is anywhere is answered by its meaning.
    #expect(try await house.find("loaf") == ["Bread is baked at dawn."])
    #expect(house.embeddings.gauge.value(.made) == 4)
  }

  @Test("without a provider of vectors nothing is asked, written or different")
  func nobody() async throws {
    let house = try await House(model: nil)
    try await house.add(nil)
    try await house.remember("The harbour opens at dawn.")
    #expect(await house.work() == .nobody)
    #expect(try await house.count(Self.toDo) == 0 && house.transport.asked.isEmpty)
    #expect(try await house.find("harbour") == ["The harbour opens at dawn."])
    #expect(try await house.find("port") == [])
  }

  @Test("a provider that comes later makes the vectors of all that is there, and another anew")
  func later() async throws {
    let house = try await House(model: nil)
    for number in 0..<70 { try await house.remember("Ship \(number)") }
    try await house.add("small")
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.made) == 70)
    #expect(house.transport.asked.map(\.count) == [32, 32, 6])
    #expect(try await house.find("vessel").count == 20)
    try await house.add("large")
    // Vectors of the other model are compared with nothing.
    #expect(try await house.find("vessel") == [])
    #expect(await house.work() == .idle)
    // Three batches, two questions, three batches.
    #expect(house.transport.asked.count == 8)
    #expect(try await house.find("vessel").count == 20)
    let models = try await house.count("SELECT count(DISTINCT model) FROM memory_vectors")
    #expect(models == 1)
  }

  @Test("the first provider with a model of vectors makes them")
  func first() async throws {
    let house = try await House(model: nil)
    try await house.add(nil, name: "one")
    try await house.add("small", name: "two")
    try await house.add("large", name: "three")
    try await house.remember("Ship")
    await house.work()
    let kept = try await house.count(
      "SELECT count(*) FROM memory_vectors WHERE model = 'two/small'")
    #expect(kept == 1)
  }

  static let troubles: [Named<MeaningTransport.Trouble>] = [
    Named("nobody there", .unreachable), Named("an error", .status(503)),
    Named("a wrong key", .status(401)), Named("too many requests", .status(429)),
    Named("no JSON", .body("oh")), Named("no vectors", .body(#"{"data":[]}"#)),
    Named("no numbers", .body(#"{"data":[{"embedding":["x"]}]}"#)),
    Named("no direction", .body(#"{"data":[{"embedding":[0,0,0,0]}]}"#)),
  ]

  @Test("a provider that fails loses no work and holds nothing up", arguments: troubles)
  func fails(_ named: Named<MeaningTransport.Trouble>) async throws {
    let house = try await House()
    house.transport.set(named.row)
    try await house.remember("The port opens at dawn.")
    #expect(await house.work() == .failed)
    #expect(try await house.find("port") == ["The port opens at dawn."])
    #expect(try await house.find("harbour") == [])
    #expect(house.embeddings.gauge.value(.failures) == 1)
    #expect(house.embeddings.gauge.value(.questionFailures) == 2)
    #expect(try await house.count(Self.toDo) == 1)
    house.transport.set(nil)
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.toDo) == 0)
    #expect(try await house.find("harbour") == ["The port opens at dawn."])
  }

  @Test("a text that is refused has no vector, and the others of its batch have theirs")
  func refusedText() async throws {
    let house = try await House()
    house.transport.set(.refuses("bread"))
    for text in ["a ship", "bread", "a boat"] { try await house.remember(text) }
    #expect(await house.work() == .idle)
    #expect(house.transport.asked.map(\.count) == [3, 1, 1, 1])
    #expect(try await house.count(Self.made) == 2)
    // It is not asked for again, whoever comes.
    house.restart()
    #expect(await house.work() == .idle)
    #expect(house.transport.asked.count == 4)
    #expect(try await house.find("bread") == ["bread"])
  }

  @Test("work that was begun by a process that is gone is done by the next")
  func crash() async throws {
    let house = try await House()
    try await house.remember("a ship")
    let now = house.test.time.now.milliseconds
    let taken = try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.take(most: 8, at: now, in: transaction)
    }
    #expect(taken.count == 1)
    let again = try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.take(most: 8, at: now, in: transaction)
    }
    #expect(again.isEmpty)
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.made) == 1)
    // Whoever had it before keeps nothing any more.
    let vector = try #require(EmbeddingVector([1, 2]))
    try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.keep(vector, of: "x", for: taken[0], in: transaction)
    }
    #expect(try await house.count("SELECT count(*) FROM memory_vectors WHERE model = 'x'") == 0)
  }

  @Test("work whose time is over is taken again, also without a restart")
  func lease() async throws {
    let house = try await House()
    #expect(await house.work() == .idle)
    try await house.remember("a ship")
    let now = house.test.time.now.milliseconds
    _ = try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.take(most: 8, at: now, in: transaction)
    }
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.made) == 0)
    house.test.time.advance(by: MemoryVectors.lease)
    #expect(await house.work() == .idle)
    #expect(try await house.count(Self.made) == 1)
  }

  @Test("vectors go with their memory, and none is kept for a text that is another by now")
  func removed() async throws {
    let house = try await House()
    let place = FeishuPlace(organisation: "o1", project: "p1")
    func save(_ chunks: [String]) async throws {
      let memory = ProjectMemory(
        place: place, type: .archival, text: "x", metadata: [:], sourceKey: "docx:1", chunks: chunks
      )
      let now = house.test.time.now
      _ = try await house.test.database.write { (transaction) throws(StoreError) in
        try memory.save(as: "mem_1", at: now, in: transaction)
      }
    }
    let scope = Scope(organisation: "o1", user: "somebody", project: "p1")
    try await save(["a ship", "bread", "a port"])
    await house.work()
    #expect(try await house.find("vessel", in: scope) == ["a ship"])
    let now = house.test.time.now.milliseconds
    try await save(["a boat"])
    let taken = try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.take(most: 8, at: now, in: transaction)
    }
    #expect(try await house.count("SELECT count(*) FROM memory_vectors") == 0)
    try await house.test.change("UPDATE project_memory_chunks SET text = 'bread'")
    let vector = try #require(EmbeddingVector([1, 0, 0, 0]))
    try await house.test.database.write { (transaction) throws(StoreError) in
      try MemoryVectors.keep(vector, of: "house/small", for: taken[0], in: transaction)
    }
    #expect(try await house.count(Self.made) == 0)
    #expect(try await house.count(Self.toDo) == 1)
    await house.work()
    #expect(try await house.find("loaf", in: scope) == ["bread"])
  }

  @Test("nobody finds what is not theirs by its meaning")
  func scopes() async throws {
    let house = try await House()
    let others = [
      Scope(organisation: "o2", user: "u1", project: nil),
      Scope(organisation: "o1", user: "u2", project: nil),
      Scope(organisation: "o1", user: "u1", project: "p1"),
    ]
    for scope in others { try await house.remember("a ship", in: scope) }
    await house.work()
    #expect(try await house.find("vessel") == [])
    for scope in others { #expect(try await house.find("vessel", in: scope) == ["a ship"]) }
  }

  @Test("layers keep their order, and each its types")
  func layers() async throws {
    let house = try await House()
    try await house.remember("a boat of others", type: .archival, group: "grp_2")
    try await house.remember("a core boat of others", type: .core, group: "grp_2")
    try await house.remember("a boat of ours", type: .archival)
    await house.work()
    #expect(
      try await house.find("vessel") == [
        "a boat of ours", "a core boat of others", "a boat of others",
      ])
    #expect(try await house.find("vessel", most: 1) == ["a boat of ours"])
  }

  @Test("a question of another dimension is compared with nothing, and all are made anew in time")
  func dimensions() async throws {
    let house = try await House()
    try await house.remember("a ship")
    await house.work()
    house.transport.set(dimension: 7)
    #expect(try await house.find("vessel") == [])
    #expect(try await house.find("ship") == ["a ship"])
    try await house.remember("a boat")
    await house.work()
    #expect(try await house.find("vessel") == ["a boat"])
    house.test.time.advance(by: .seconds(3600))
    await house.work()
    #expect(try await house.find("vessel").count == 2)
  }

  @Test("a run of a group finds by meaning, and rests on what it found")
  func tool() async throws {
    let house = try await House()
    let id = try await house.remember("The port opens at dawn.")
    await house.work()
    let setup = house.test.runner.setup
    let runner = Runner(
      RunnerSetup(
        database: setup.database, log: setup.log, epoch: setup.epoch, providers: setup.providers,
        wallClock: setup.wallClock, clock: setup.clock, pausing: setup.pausing,
        identifiers: setup.identifiers, limits: setup.limits, node: "node_1",
        embeddings: house.embeddings))
    let run = try await house.test.mock([
      ["call": ["tool": "memory_search", "arguments": ["query": "harbour"]]], ["text": "yes"],
    ])
    _ = try await house.test.working(runner) { try await house.test.end(of: run) }
    let result = try await house.test.story(run).first { $0.type == "tool.result" }
    #expect(result?.payload["result"]?.elements?.first?["memory_id"] == .text(id))
  }
}
