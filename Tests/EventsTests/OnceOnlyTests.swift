import Contract
import Store
import Testing
import Wire

@testable import Events

@Suite struct OnceOnlyTests {
  private static let claim = IdempotencyClaim(key: "o1|p|create|k", fingerprint: [1, 2, 3])

  /// Runs `outcome` under a claim, and notes in `runs` that it did.
  private static func once(
    _ test: TestLog, _ claim: IdempotencyClaim?, now: Int64 = 0, _ runs: Notes<Int>,
    _ outcome: Result<WireValue, Fault>
  ) async throws(Fault) -> Answer<WireValue> {
    let log = test.log
    return try await OnceOnly.run(
      claim, on: test.database, now: Timestamp(milliseconds: now)
    ) { (transaction) throws(Fault) in
      runs.add(1)
      let value = try outcome.get()
      try Fault.translating { () throws(StoreError) in
        try log.append([.sample()], in: transaction)
      }
      return .success(value)
    }
  }

  @Test("the same claim gives the first answer again and does nothing")
  func replays() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    let value: WireValue = ["id": "run_1", "list": [1, 2.5, nil], "é": "中"]
    let first = try await Self.once(test, Self.claim, runs, .success(value))
    let second = try await Self.once(test, Self.claim, runs, .success("other"))
    #expect(first.value == value && !first.isReplayed)
    #expect(second.value == value && second.isReplayed)
    #expect(runs.all.count == 1)
    #expect(try await test.events().count == 1)
  }

  @Test("without a claim, or with another key, the change is made each time")
  func runsEachTime() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    let other = IdempotencyClaim(key: "o1|p|create|other", fingerprint: [1, 2, 3])
    for claim in [nil, nil, Self.claim, other] {
      #expect(try await !Self.once(test, claim, runs, .success(1)).isReplayed)
    }
    #expect(runs.all.count == 4)
    #expect(try await test.events().count == 4)
  }

  @Test("another request under the same key is refused, and nothing is done")
  func refusesReuse() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    _ = try await Self.once(test, Self.claim, runs, .success(1))
    let other = IdempotencyClaim(key: Self.claim.key, fingerprint: [1, 2, 4])
    let fault = await #expect(throws: Fault.self) {
      try await Self.once(test, other, runs, .success(2))
    }
    #expect(fault?.code == .unprocessable && fault?.name == "IDEMPOTENCY_KEY_REUSED")
    #expect(runs.all.count == 1)
    #expect(try await Self.once(test, Self.claim, runs, .success(3)).value == 1)
  }

  /// The refusals that are outcomes (the catalogue, §0.5).
  private static let kept: Set<FaultCode> = [
    .invalid, .notFound, .conflict, .gone, .preconditionFailed, .unprocessable,
  ]

  @Test(
    "a refusal that is an outcome is kept, any other frees the key", arguments: FaultCode.allCases)
  func keepsRefusals(_ code: FaultCode) async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    let fault = Fault(
      code, "no", name: "NAMED",
      details: [Fault.Detail("field", "input"), Fault.Detail("limits", [1, ["a": nil]])])
    await #expect(throws: fault) { try await Self.once(test, Self.claim, runs, .failure(fault)) }
    if Self.kept.contains(code) {
      let again = Fault(
        code, "no", name: "NAMED", details: fault.details, isReplayed: true)
      await #expect(throws: again) { try await Self.once(test, Self.claim, runs, .success(1)) }
      #expect(runs.all.count == 1)
    } else {
      let answer = try await Self.once(test, Self.claim, runs, .success(1))
      #expect(answer.value == 1 && !answer.isReplayed)
      #expect(runs.all.count == 2)
    }
  }

  @Test("a refusal without a name or details is kept as it is")
  func keepsBareRefusal() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    for isReplayed in [false, true] {
      let fault = Fault(.conflict, "no", isReplayed: isReplayed)
      await #expect(throws: fault) {
        try await Self.once(test, Self.claim, runs, .failure(Fault(.conflict, "no")))
      }
    }
    #expect(runs.all.count == 1)
  }

  @Test("an answer is kept to the end of its time and no longer")
  func expires() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    let end = OnceOnly.keptMilliseconds
    _ = try await Self.once(test, Self.claim, runs, .success(1))
    #expect(try await Self.once(test, Self.claim, now: end - 1, runs, .success(2)).value == 1)
    #expect(try await Self.once(test, Self.claim, now: end, runs, .success(3)).value == 3)
    #expect(try await Self.once(test, Self.claim, now: end + 1, runs, .success(4)).value == 3)
  }

  @Test("purging forgets what is over, oldest first, at most so many")
  func purges() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    for number in 0..<4 {
      let claim = IdempotencyClaim(key: "k\(number)", fingerprint: [0])
      _ = try await Self.once(
        test, claim, now: Int64(number), runs, .success(.integer(Int64(number))))
    }
    let now = Timestamp(milliseconds: OnceOnly.keptMilliseconds + 2)
    var purged: [Int] = []
    for _ in 0..<3 {
      purged.append(
        try await test.database.write { (transaction) throws(StoreError) in
          try OnceOnly.purge(now: now, limit: 2, in: transaction)
        })
    }
    #expect(purged == [2, 1, 0])
    let last = IdempotencyClaim(key: "k3", fingerprint: [0])
    #expect(try await Self.once(test, last, now: 2, runs, .success(9)).isReplayed)
  }

  @Test("a kept answer that does not read is our fault, not the caller's")
  func damagedAnswer() async throws {
    let (test, runs) = (try TestLog(), Notes<Int>())
    _ = try await Self.once(test, Self.claim, runs, .success(1))
    try await test.damage(["UPDATE kept_answers SET outcome = '{'"])
    let fault = await #expect(throws: Fault.self) {
      try await Self.once(test, Self.claim, runs, .success(2))
    }
    #expect(fault?.code == .broken && runs.all.count == 1)
  }

  @Test("the epoch is established once")
  func epoch() async throws {
    let test = try TestLog()
    for fresh in ["first", "second"] {
      let epoch = try await test.database.write { (transaction) throws(StoreError) in
        try LogEpoch.establish(LogEpoch(fresh), in: transaction)
      }
      #expect(epoch == LogEpoch("first"))
    }
  }
}
