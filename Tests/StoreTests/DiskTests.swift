internal import Glibc
internal import Testing

@testable internal import Store

@Suite("A disk that takes no more")
struct DiskTests {
  @Test("fails the commit of a whole batch, and later writes work once there is room")
  func logCannotGrow() async {
    // In a process of its own, as the limit is for all files of a process.
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let database = try Database.notes()
      try await database.add("before")
      let answers = Notes<Result<Void, StoreError>>()
      let actions = Notes<Int>()
      let gate = try database.hold()
      for number in 0..<3 {
        database.writeThen { (transaction) throws(StoreError) in
          transaction.afterCommit { actions.add(number) }
          try transaction.execute(
            "INSERT INTO note (text, body) VALUES (?1, ?2)",
            .text("\(number)"), .blob([UInt8](repeating: 1, count: 40_000)))
        } completion: {
          answers.add($0)
        }
      }
      let unlimited = limitFiles(to: 65_536)
      gate.ring(1)
      await #expect(throws: StoreError.full) {
        try await database.write { (transaction) throws(StoreError) in
          try transaction.execute(
            "INSERT INTO note (text, body) VALUES ('big', ?1)",
            .blob([UInt8](repeating: 1, count: 80_000)))
        }
      }
      #expect(answers.all.count == 3)
      for answer in answers.all {
        #expect(throws: StoreError.full) { try answer.get() }
      }
      #expect(actions.all == [])
      #expect(try await database.texts() == ["before"])
      _ = limitFiles(to: unlimited)
      try await database.add("after")
      #expect(try await database.texts() == ["before", "after"])
      database.close()
    }
  }
}

/// Sets how long a file of this process may become, in bytes; gives what it was.
private func limitFiles(to bytes: rlim_t) -> rlim_t {
  var limit = rlimit()
  let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  // SAFETY: both calls use `limit` only while they run.
  precondition(unsafe getrlimit(kind, &limit) == 0)
  let before = limit.rlim_cur
  limit.rlim_cur = bytes
  precondition(unsafe setrlimit(kind, &limit) == 0)
  return before
}
