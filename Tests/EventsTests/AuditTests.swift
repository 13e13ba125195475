import Store
import Testing
import Wire

@testable import Events

@Suite struct AuditTests {
  /// What was done to the store, and where the audit must say so.
  struct Damage: Sendable {
    let statements: [StaticString]
    let breaks: [ChainAudit.Break]

    init(_ statements: [StaticString], _ breaks: [(String, Int64, ChainBreak)]) {
      self.statements = statements
      self.breaks = breaks.map {
        ChainAudit.Break(stream: $0.0, streamSequence: $0.1, reason: $0.2)
      }
    }
  }

  static let damages: [Named<Damage>] = [
    Named("nothing", Damage([], [])),
    Named(
      "a flipped payload",
      Damage(
        [
          """
          UPDATE event_log SET payload = replace(payload, '"n":2', '"n":9')
          WHERE stream = 'run:a' AND stream_seq = 2
          """
        ], [("run:a", 2, .changedEvent)])),
    Named(
      "a payload that is no JSON",
      Damage(
        ["UPDATE event_log SET payload = '{' WHERE stream = 'run:a' AND stream_seq = 2"],
        [("run:a", 2, .changedEvent)])),
    Named(
      "another type",
      Damage(
        ["UPDATE event_log SET type = 'run.failed' WHERE stream = 'run:b' AND stream_seq = 1"],
        [("run:b", 1, .changedEvent)])),
    Named(
      "another actor, time and project",
      Damage(
        [
          "UPDATE event_log SET actor_id = 'eve' WHERE stream = 'run:a' AND stream_seq = 1",
          "UPDATE event_log SET ts = 8 WHERE stream = 'run:a' AND stream_seq = 2",
          "UPDATE event_log SET project_id = 'p' WHERE stream = 'run:a' AND stream_seq = 3",
        ],
        [("run:a", 1, .changedEvent), ("run:a", 2, .changedEvent), ("run:a", 3, .changedEvent)])),
    Named(
      "a removed event",
      Damage(
        ["DELETE FROM event_log WHERE stream = 'run:a' AND stream_seq = 2"],
        [("run:a", 3, .missingEvent)])),
    Named(
      "a removed first event",
      Damage(
        ["DELETE FROM event_log WHERE stream = 'run:a' AND stream_seq = 1"],
        [("run:a", 2, .missingEvent)])),
    Named(
      "a removed tail",
      Damage(
        ["DELETE FROM event_log WHERE stream = 'run:a' AND stream_seq >= 3"],
        [("run:a", 3, .shortened)])),
    Named(
      "a removed stream",
      Damage(["DELETE FROM event_log WHERE stream = 'run:b'"], [("run:b", 1, .shortened)])),
    Named(
      "two events in each other's place",
      Damage(
        [
          "UPDATE event_log SET stream_seq = -2 WHERE stream = 'run:a' AND stream_seq = 2",
          "UPDATE event_log SET stream_seq = 2 WHERE stream = 'run:a' AND stream_seq = 3",
          "UPDATE event_log SET stream_seq = 3 WHERE stream = 'run:a' AND stream_seq = -2",
        ],
        [("run:a", 3, .missingEvent), ("run:a", 2, .missingEvent), ("run:a", 4, .missingEvent)])),
    Named(
      "a cut link",
      Damage(
        [
          """
          UPDATE event_log SET prev_hash = zeroblob(32)
          WHERE stream = 'run:a' AND stream_seq = 3
          """
        ], [("run:a", 3, .brokenLink)])),
    Named(
      "another last event than the one that was noted",
      Damage(
        ["UPDATE event_streams SET hash = zeroblob(32) WHERE stream = 'run:a'"],
        [("run:a", 4, .otherEnd)])),
    Named(
      "more events than were noted",
      Damage(
        ["UPDATE event_streams SET head = 3 WHERE stream = 'run:a'"], [("run:a", 3, .otherEnd)])),
    Named(
      "a stream that was taken out of the table",
      Damage(["DELETE FROM event_streams WHERE stream = 'run:b'"], [("run:b", 2, .unlisted)])),
  ]

  @Test("what was done to the log is found where it was done", arguments: damages)
  func finds(_ named: Named<Damage>) async throws {
    let test = try TestLog()
    try await test.append([
      .sample("run:a", ["n": 1]), .sample("run:b", ["n": 1]), .sample("run:a", ["n": 2]),
    ])
    try await test.append([
      .sample("run:a", ["n": 3]), .sample("run:b", ["n": 2]), .sample("run:a", ["n": 4]),
    ])
    try await test.damage(named.row.statements)
    #expect(try await test.audit().breaks == named.row.breaks)
  }

  @Test("the walk goes over pages, counts all and tells so many breaks and no more")
  func walks() async throws {
    let test = try TestLog()
    let count = 1001
    try await test.append((0..<count).map { .sample("run:\($0 % 7)") })
    let whole = try await test.audit()
    #expect(whole.breaks.isEmpty && whole.events == count && whole.streams == 7)
    try await test.damage(["UPDATE event_log SET payload = '{}'"])
    let damaged = try await test.audit()
    #expect(damaged.events == count && damaged.breaks.count == ChainAudit.breaksMax)
  }

  @Test("an empty log is whole")
  func emptyLog() async throws {
    let audit = try await TestLog().audit()
    #expect(audit.breaks.isEmpty && audit.events == 0 && audit.streams == 0)
  }
}
