import Contract
import Glibc
import Testing

@testable import Gateway

@Suite("Loads", .timeLimit(.minutes(10))) struct LoadTests {
  private static let millisecond: Int64 = 1_000_000

  private func run(
    _ server: TestServer, _ path: String, _ pace: LoadPlan.Pace, streams: Int = 32,
    connections: Int = 2, before: () -> Void = {}
  ) throws -> LoadResult {
    var fields = FieldSection()
    fields.append(name: ":method", value: "GET")
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "localhost:\(server.listener.port)")
    fields.append(name: ":path", text: path)
    let plan = LoadPlan(
      pace: pace, streamsMax: streams, warmUp: 20 * Self.millisecond,
      duration: 100 * Self.millisecond, grace: 50 * Self.millisecond, fields: fields, body: [],
      process: getpid())
    let opened = try (0..<connections).map { _ in try server.connect() }
    before()
    return try LoadGenerator(plan, over: opened).run { _, _ in }
  }

  @Test("an open loop makes all calls that are due, and no other", arguments: [1, 3])
  func openLoop(_ connections: Int) throws {
    let server = try TestServer()
    defer { server.end() }
    let result = try run(server, "/later", .perSecond(2000), connections: connections)
    #expect(result.answers.keys.allSatisfy { $0 == 200 })
    #expect(result.answers[200, default: 0] + result.unanswered == 200)
    #expect(result.latency.total == 200)
    #expect(result.broken == 0 && result.failure == nil)
    #expect(result.duration > 0)
    #expect((result.processorTime ?? 0) > 0)
  }

  @Test("a closed loop keeps as many calls open as it may")
  func closedLoop() throws {
    let server = try TestServer()
    defer { server.end() }
    let result = try run(server, "/greeting", .asAnswered, streams: 3)
    let answered = result.answers[200, default: 0]
    #expect(answered > 0 && result.answers.count == 1)
    // Of those that were open at the end of measuring, all were answered later.
    #expect(abs(answered - result.answeredMeanwhile) <= 6)
    #expect(result.unanswered == 0 && result.latency.total == answered)
  }

  @Test("calls that could not even be sent count with the time that they have waited")
  func coordinatedOmission() throws {
    let server = try TestServer()
    defer { server.end() }
    let result = try run(server, "/never", .perSecond(1000), streams: 1, connections: 1)
    #expect(result.answers.isEmpty)
    #expect(result.unanswered == 100 && result.latency.total == 100)
    // The first was due 150 ms before the load was over, the last 50 ms.
    #expect((result.latency.quantile(0.01) ?? 0) >= 50 * Self.millisecond)
    #expect((result.latency.quantile(0.5) ?? 0) >= 99 * Self.millisecond)
    #expect(result.latency.longest >= 149 * Self.millisecond)
  }

  @Test("answers of every status are told apart")
  func refusals() throws {
    let server = try TestServer()
    defer { server.end() }
    let result = try run(server, "/nowhere", .perSecond(100))
    #expect(result.answers == [404: 10])
  }

  @Test("connections that break end the load, and say why")
  func broken() throws {
    let server = try TestServer()
    let result = try run(server, "/greeting", .perSecond(1000)) { server.end() }
    #expect(result.answers.isEmpty && result.unanswered + result.broken <= 100)
    guard case .closed? = result.failure else {
      Issue.record("\(String(describing: result.failure))")
      return
    }
  }
}
