import Contract
import Store
import Testing
import Wire

@testable import Accounts

struct RegisteringTests {
  @Test("a code is good for ten minutes and no longer", arguments: [599_000, 600_000])
  func codesExpire(_ milliseconds: Int64) async throws {
    let test = try TestRegistrar()
    try await test.establish()
    let began = test.time.now.milliseconds
    try await test.register("ada")
    await test.deliver(tries: 1)
    let code = try #require(test.code)
    test.time.advance(by: .milliseconds(began + milliseconds - test.time.now.milliseconds))
    if milliseconds < 600_000 {
      #expect(try await test.verify("ada", code).user.email == "ada@mail.example")
    } else {
      await #expect(throws: Fault.self) { try await test.verify("ada", code) }
    }
  }

  @Test("two mails to an address have a minute between them")
  func pauses() async throws {
    let test = try TestRegistrar()
    try await test.register("ada")
    await #expect(throws: Fault.self) { try await test.register("ada") }
    test.time.advance(by: .seconds(60))
    try await test.register("ada")
    #expect(try await test.count("SELECT count(*) FROM verifications") == 1)
  }

  @Test("a clock that was ahead once keeps nobody out")
  func forgivesClocks() async throws {
    let test = try TestRegistrar()
    test.time.advance(by: .seconds(10 * 365 * 86_400))
    try await test.register("ada")
    test.time.advance(by: .seconds(-10 * 365 * 86_400))
    try await test.register("eve")
    try await test.register("ada")
    await #expect(throws: Fault.self) { try await test.register("ada") }
  }

  @Test("codes are six digits, and nobody has one twice as often as others")
  func codesAreEven() {
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<20_000 {
      let text = Registrar.freshCode().text
      #expect(text.utf8.count == 6)
      counts[Int(text.utf8.first ?? 48) - 48] += 1
    }
    // Ten standard deviations of a fair one.
    #expect(counts.allSatisfy { abs($0 - 2000) < 430 }, "\(counts)")
  }

  @Test("what is over is forgotten, what is not is kept")
  func isTidied() async throws {
    let test = try TestRegistrar()
    try await test.register("ada")
    await test.deliver(tries: 1)
    #expect(try await test.registrar.housekeeper.tidy() == 0)
    test.time.advance(by: .seconds(86_400 + 600))
    // The registration, and the buckets of its address and of all mail.
    #expect(try await test.registrar.housekeeper.tidy() == 4)
    #expect(try await test.count("SELECT count(*) FROM mail_outbox") == 1)
    test.time.advance(by: .seconds(30 * 86_400))
    #expect(try await test.registrar.housekeeper.tidy() == 1)
    #expect(try await test.count("SELECT count(*) FROM mail_outbox") == 0)
  }
}
