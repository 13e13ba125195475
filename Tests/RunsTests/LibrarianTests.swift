import Contract
import Testing
import Wire

@testable import Runs

/// Jobs and time: what the librarian does when, over a platform without a network.
@Suite struct LibrarianTests {
  private static let poll = Duration.seconds(120)

  @Test("active connectors are looked at when they are due, and only then")
  func polls() async throws {
    let test = try TestLibrarian()
    test.platform.put("d1", revision: 1, "Text.")
    let active = try await test.create(["file_tokens": ["d1"]], status: "active")
    let paused = try await test.create(["file_tokens": ["d1"]])
    try await test.working { () async throws in
      #expect(try await test.ended(active, count: 1).map(\.trigger) == [.poll])
      // Two looks within the connector's five minutes, and one behind them.
      for count in [1, 1, 2] {
        await test.time.someonePauses(for: Self.poll)
        test.time.advance(by: Self.poll)
        await test.time.someonePauses(for: Self.poll)
        #expect(try await test.ended(active, count: count).count == count)
      }
      #expect(try await test.jobs(active).map(\.stats.skipped) == [1, 0])
      #expect(try await test.jobs(paused).isEmpty)
    }
  }

  @Test("whoever waits is answered after a minute, whatever the job does")
  func boundsWait() async throws {
    let test = try TestLibrarian()
    test.platform.put("d1", revision: 1, "Text.")
    test.platform.fallSilent()
    let connector = try await test.create(["file_tokens": ["d1"]])
    try await test.working { () async throws in
      async let answer = test.sync(connector)
      await test.time.someonePauses(for: .seconds(1_000_000))
      await test.time.someonePauses(for: .seconds(60))
      test.time.advance(by: .seconds(60))
      #expect(try await answer.status == .running)
      await test.time.someonePauses(for: .seconds(1800))
      test.time.advance(by: .seconds(1800))
      let job = try #require(try await test.ended(connector, count: 1).first)
      #expect(job.status == .failed && job.errorMessage == "it took longer than 1800 s")
      #expect(try await test.connector(connector).lastError == job.errorMessage)
    }
  }

  @Test("a job whose process is gone has failed")
  func abandons() async throws {
    let test = try TestLibrarian()
    test.platform.put("d1", revision: 1, "Text.")
    test.platform.fallSilent()
    let connector = try await test.create(["file_tokens": ["d1"]])
    let waiting = try await test.create([:])
    try await test.working { () async throws in
      #expect(try await test.sync(connector, wait: false).status == .pending)
      await test.time.someonePauses(for: .seconds(1_000_000))
    }
    #expect(try await test.jobs(connector).map(\.status) == [.running])
    #expect(try await test.sync(waiting, wait: false).status == .pending)
    try await test.working(test.successor) { () async throws in
      while try await test.jobs(connector).map(\.status) != [.failed] { await Task.yield() }
      // What nobody had begun is done.
      while try await test.jobs(waiting).map(\.status) != [.completed] { await Task.yield() }
    }
    let job = try #require(try await test.jobs(connector).first)
    #expect(job.errorMessage?.hasPrefix("interrupted") == true)
  }

  @Test("a token is used until shortly before its end")
  func keepsToken() async throws {
    let test = try TestLibrarian()
    test.platform.put("d1", revision: 1, "Text.")
    let connector = try await test.create(["file_tokens": ["d1"]])
    try await test.working { () async throws in
      for (seconds, count) in [(0, 1), (7079, 1), (1, 2), (7200, 3)] {
        test.time.advance(by: .seconds(seconds))
        #expect(try await test.sync(connector).status == .completed)
        #expect(test.platform.count(FakePlatform.token) == count)
      }
    }
  }

  @Test("an answer without end is read to its limit")
  func boundsAnswer() async throws {
    let test = try TestLibrarian()
    test.platform.overflow()
    let connector = try await test.create(["file_tokens": ["d1"]])
    try await test.working { () async throws in
      let job = try await test.sync(connector)
      #expect(job.status == .completed && job.stats.failed == 1)
      #expect(test.reasons.contains { $0.contains("8388608 bytes") })
    }
  }

  // swift-format-ignore
  static let configs: [(config: String, field: String?)] = [
    (#"{}"#, nil),
    (#"{"chunking":{"min_tokens":600,"target_tokens":600,"max_tokens":600}}"#, nil),
    (#"{"chunking":{"min_tokens":601}}"#, "config.chunking.min_tokens"),
    (#"{"chunking":{"target_tokens":1101}}"#, "config.chunking.target_tokens"),
    (#"{"chunking":{"max_tokens":240}}"#, "config.chunking.target_tokens"),
  ]

  @Test("the bounds of chunks are in order", arguments: configs)
  func checksConfig(_ config: String, _ field: String?) throws {
    let config = try ConnectorConfig(json: Array(config.utf8))
    do throws(Fault) {
      try Librarian.check(config)
      #expect(field == nil)
    } catch {
      #expect(error.details.first { $0.name == "field" }?.value == field.map { .text($0) })
    }
  }

  @Test("a list has so many tokens", arguments: ["folder", "wiki_node", "file", "bitable_app"])
  func boundsLists(_ name: String) throws {
    let config: (Int) throws -> ConnectorConfig = { count in
      let tokens = [WireValue](repeating: "x", count: count)
      let value: WireValue = .map([WireMember(.text("\(name)_tokens"), .array(tokens))])
      return try ConnectorConfig(json: value.json())
    }
    try Librarian.check(config(200))
    #expect(throws: Fault.self) { try Librarian.check(config(201)) }
  }
}
