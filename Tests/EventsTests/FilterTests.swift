import Testing
import Wire

@testable import Events

@Suite struct FilterTests {
  static let types = [
    "run.started", "step.started", "llm.token", "tool.called", "tool.result",
    "tool.requires_approval", "run.completed",
  ]

  /// What is asked for, what is left out, and the numbers of the events that come.
  struct Row: Sendable, CustomTestStringConvertible {
    let asked: [String]
    var excluded: String?
    let numbers: [Int64]

    var testDescription: String { "\(asked) without \(excluded ?? "none")" }
  }

  static let rows: [Row] = [
    Row(asked: [], numbers: [1, 2, 3, 4, 5, 6, 7]),
    Row(asked: [], excluded: "llm.token", numbers: [1, 2, 4, 5, 6, 7]),
    Row(asked: ["tool.result"], numbers: [5]),
    Row(asked: ["tool.*"], numbers: [4, 5, 6]),
    Row(asked: ["tool.*"], excluded: "tool.called", numbers: [5, 6]),
    Row(asked: ["tool.requires_approval"], numbers: [6]),
    Row(asked: ["tool.requires.approval"], numbers: []),
    Row(asked: ["run.*", "step.started"], numbers: [1, 2, 7]),
    Row(asked: ["too.*", "tool", "ool.result"], numbers: []),
    Row(asked: types + ["llm.*"], numbers: [1, 2, 3, 4, 5, 6, 7]),
  ]

  @Test("a filter lets through what it names", arguments: rows)
  func filters(_ row: Row) async throws {
    let test = try TestLog()
    try await test.append(Self.types.map { .sample("run:a", type: $0) })
    let filter = try #require(EventFilter(types: row.asked, excluding: row.excluded))
    let items = try await test.items(filter: filter)
    #expect(items.map(\.sequence) == row.numbers)
    #expect(try await test.count(filter) == Int64(row.numbers.count))
  }

  static let refused: [Named<[String]>] = [
    Named("nothing", [""]), Named("only a star", ["*"]), Named("a family of all", [".*"]),
    Named("a star inside", ["tool.*.x"]), Named("two stars", ["tool.**"]),
    Named("a wildcard of SQL", ["tool.%"]), Named("a question mark", ["tool.?"]),
    Named("a set", ["tool.[a-z]"]), Named("upper case", ["Tool.called"]),
    Named("a digit", ["tool1"]), Named("a space", ["tool called"]),
    Named("one good and one bad", ["tool.called", "!"]),
    Named("one byte too many", [String(repeating: "a", count: 65)]),
    Named("one too many", Array(repeating: "run.started", count: 9)),
  ]

  @Test("what is no type and no family is refused", arguments: refused)
  func refuses(_ named: Named<[String]>) {
    #expect(EventFilter(types: named.row) == nil)
  }

  @Test("the longest type and the most types are taken")
  func takesLimits() {
    #expect(EventFilter(types: [String(repeating: "a", count: 64)]) != nil)
    #expect(EventFilter(types: [String(repeating: "a", count: 64) + ".*"]) != nil)
    #expect(EventFilter(types: Array(repeating: "run.*", count: 8)) != nil)
  }

  @Test("equal filters have one text, others have others")
  func canonicalTexts() throws {
    let one = try #require(EventFilter(types: ["run.*", "tool.called"], excluding: "llm.token"))
    let same = try #require(EventFilter(types: ["tool.called", "run.*"], excluding: "llm.token"))
    let other = try #require(EventFilter(types: ["run.*", "tool.called"]))
    #expect(one.canonicalText == same.canonicalText)
    #expect(one.canonicalText != other.canonicalText)
  }

  @Test("pages go on after their position and end at their limit")
  func pages() async throws {
    let test = try TestLog()
    try await test.append((0..<5).map { .sample("run:a", ["n": .integer($0)]) })
    let all = try #require(EventFilter(types: []))
    #expect(try await test.items(limit: 2, filter: all).map(\.sequence) == [1, 2])
    #expect(try await test.items(after: 2, limit: 2, filter: all).map(\.sequence) == [3, 4])
    #expect(try await test.items(after: 4, limit: 2, filter: all).map(\.sequence) == [5])
    #expect(try await test.items(after: 5, limit: 2, filter: all).isEmpty)
  }
}
