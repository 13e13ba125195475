import Contract
import Store
import Testing
import Wire

@testable import Runs

/// What agents find of what is remembered, and what they never do.
struct MemoryRecallTests {
  private static let own = GroupID(trusted: "grp_1")
  private static let project = Scope(organisation: "o1", user: "u1", project: "p1")

  /// A store with memories; each is told by its text.
  private struct Remembered {
    let test: TestRunner

    init() throws { test = try TestRunner() }

    func add(
      _ text: String, type: MemoryType = .episodic, group: String = "grp_1",
      importance: Double = 0.5, in scope: Scope = TestRunner.scope
    ) async throws {
      let id = test.runner.setup.identifiers.uuid().text
      let memory = Memory(
        id: id, type: type, text: text, metadata: [:], importance: importance, roleID: "role_1",
        groupID: group, createdAt: test.time.now, updatedAt: test.time.now)
      try await test.database.write { (transaction) throws(StoreError) in
        try memory.insert(in: scope, transaction)
      }
    }

    func find(
      _ question: String, group: GroupID? = own, most: Int = 20,
      in scope: Scope = TestRunner.scope
    ) async throws -> [MemoryRecall.Item] {
      try await test.database.read { (reader) throws(StoreError) in
        try MemoryRecall.items(on: question, for: scope, group: group, most: most, in: reader)
      }
    }

    func texts(
      _ question: String, group: GroupID? = own, in scope: Scope = TestRunner.scope
    ) async throws -> [String] {
      try await find(question, group: group, in: scope).map(\.text)
    }
  }

  /// A question, and which of the texts it finds, the best first.
  // swift-format-ignore
  static let questions: [(String, [String])] = [
    ("harbour", ["The harbour opens at dawn."]),
    ("HARBOUR", ["The harbour opens at dawn."]),
    ("cafe", ["Un café au port."]),
    ("CAFÉ", ["Un café au port."]),
    ("供应商", ["供应商周一回复邮件。"]),
    ("周一回复吗", ["供应商周一回复邮件。"]),
    ("件", ["供应商周一回复邮件。"]),
    ("供", ["供应商周一回复邮件。"]),
    ("回邮", []),
    ("anchor", []),
    ("", []), ("…", []),
    ("harbour*", ["The harbour opens at dawn."]),
    ("harb*", []), ("harb", []),
    ("NOT harbour", ["The harbour opens at dawn."]),
    ("scope : o6f31", []), ("terms:harbour", ["The harbour opens at dawn."]),
    ("harbour\" OR \"café", ["Un café au port.", "The harbour opens at dawn."]),
  ]

  @Test(
    "words are found in either case, with and without accents, and signs by their neighbours",
    arguments: questions)
  func finds(_ question: String, _ texts: [String]) async throws {
    let remembered = try Remembered()
    for text in ["The harbour opens at dawn.", "Un café au port.", "供应商周一回复邮件。"] {
      try await remembered.add(text)
    }
    #expect(try await remembered.texts(question) == texts)
  }

  @Test("what has more of the question, and rarer words of it, comes first")
  func ranks() async throws {
    let remembered = try Remembered()
    for text in ["ships and ships", "ships with anchors", "boats with sails", "boats"] {
      try await remembered.add(text)
    }
    #expect(try await remembered.texts("ships anchors").first == "ships with anchors")
    #expect(try await remembered.texts("boats") == ["boats", "boats with sails"])
  }

  @Test("of what fits alike the more important comes first, then the newer")
  func ranksAlike() async throws {
    let remembered = try Remembered()
    try await remembered.add("ship one")
    try await remembered.add("ship two", importance: 0.9)
    try await remembered.add("ship six")
    #expect(try await remembered.texts("ship") == ["ship two", "ship six", "ship one"])
  }

  @Test("the own blackboard comes first, then what a project stands on, what happened, the rest")
  func layers() async throws {
    let remembered = try Remembered()
    try await remembered.add("ship d", type: .archival, group: "grp_2")
    try await remembered.add("ship c", type: .episodic, group: "grp_2")
    try await remembered.add("ship b", type: .core, group: "grp_2")
    try await remembered.add("a long story of a ship", type: .archival)
    let items = try await remembered.find("ship")
    #expect(items.map(\.text) == ["a long story of a ship", "ship b", "ship c", "ship d"])
    #expect(items.map(\.layer) == ["group", "core", "episodic", "archival"])
    #expect(items.allSatisfy { $0.role == "role_1" && !$0.isCut })
    #expect(try await remembered.find("ship", most: 2).map(\.layer) == ["group", "core"])
    let alone = try await remembered.find("ship", group: nil)
    #expect(alone.map(\.layer) == ["core", "episodic", "archival", "archival"])
  }

  // swift-format-ignore
  static let strangers = [
    Scope(organisation: "o2", user: "u1", project: nil), Scope(organisation: "o1", user: "u2", project: nil),
    Scope(organisation: "o1", user: "u1", project: "p1"), Scope(organisation: "O1", user: "u1", project: nil),
  ]

  @Test("what others remember is never found", arguments: strangers)
  func keepsApart(_ stranger: Scope) async throws {
    let remembered = try Remembered()
    for type in MemoryType.allCases { try await remembered.add("a ship", type: type) }
    for type in MemoryType.allCases {
      try await remembered.add("a ship", type: type, group: "grp_2")
    }
    #expect(try await remembered.texts("ship", in: stranger).isEmpty)
    #expect(try await remembered.texts("ship", group: nil, in: stranger).isEmpty)
    #expect(try await remembered.texts("ship").count == 6)
  }

  @Test("half of the room is the own blackboard's, and what it leaves is the next layer's")
  func room() async throws {
    let remembered = try Remembered()
    func text(_ letters: Int) -> String { "ship " + String(repeating: "x", count: letters - 5) }
    for _ in 0..<3 { try await remembered.add(text(5_000)) }
    for _ in 0..<3 { try await remembered.add(text(2_900), type: .core, group: "grp_2") }
    let items = try await remembered.find("ship")
    #expect(items.map { $0.text.unicodeScalars.count } == [5_000, 1_001, 2_001])
    #expect(items.map(\.isCut) == [false, true, true])
    #expect(items.map(\.layer) == ["group", "group", "core"])
  }

  @Test("what was written before there was an index is added to it, once")
  func catchesUp() async throws {
    let remembered = try Remembered()
    for number in 0..<250 { try await remembered.add("ship number \(number)") }
    try await remembered.test.change("DELETE FROM memory_entries", "DELETE FROM memory_terms")
    try await remembered.add("a later ship")
    #expect(try await remembered.texts("ship").count == 1)
    await remembered.test.runner.catchUpWithMemories()
    await remembered.test.runner.catchUpWithMemories()
    #expect(try await remembered.texts("249") == ["ship number 249"])
    #expect(try await remembered.test.number("SELECT count(*) FROM memory_entries") == 251)
    #expect(try await remembered.test.number("SELECT count(*) FROM memory_terms") == 251)
  }

  @Test("a memory that is taken out is not found any more, and others are")
  func removes() async throws {
    let remembered = try Remembered()
    try await remembered.add("a ship")
    try await remembered.add("a boat")
    let item = try #require(try await remembered.find("ship").first).hit.item
    try await remembered.test.database.write { (transaction) throws(StoreError) in
      try MemoryIndex.remove(item, of: .blackboards, in: transaction)
    }
    #expect(try await remembered.texts("ship boat") == ["a boat"])
  }

  @Test("nothing that is asked is an error, and what stands there is found by any word of it")
  func takesEverything() async throws {
    let remembered = try Remembered()
    var chance = Chance(seed: 20_261_127)
    for _ in 0..<300 {
      let text = chance.text()
      let question = chance.text()
      _ = try await remembered.find(question)
      guard !text.isEmpty, !MemoryTerms.indexed(text).isEmpty else { continue }
      try await remembered.add(text, in: Self.project)
      // A scalar that SQLite does not know of parts words there, on both sides alike.
      let found = try await remembered.find(text, most: 1_000, in: Self.project)
      #expect(!found.isEmpty, "\(text.debugDescription)")
    }
  }
}

/// Texts that a seed decides: words, operators, and scalars of all kinds.
private struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  // SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  private static let parts = [
    "\"", "'", "*", "(", ")", ":", "-", "+", "^", "{", "}", ",", "\\", "\0", " ", "\n", "AND", "OR",
    "NOT", "NEAR", "NEAR(", "scope", "terms", "ship", "Anker", "船", "港口", "é", "e\u{301}", "ß",
    "İ", "½", "Ⅷ", "١", "ｱ", "が", "𠀀", "🚢", "ก็", "हि", "\u{FE0F}", "\u{200D}", "\u{FFFD}",
  ]

  mutating func text() -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &self) {
      if Bool.random(using: &self) {
        text += Self.parts[Int.random(in: 0..<Self.parts.count, using: &self)]
      } else if let scalar = Unicode.Scalar(UInt32.random(in: 1...0x323AF, using: &self)) {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
