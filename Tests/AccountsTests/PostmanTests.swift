import Contract
import Mail
import Store
import Testing
import Wire

@testable import Accounts

struct PostmanTests {
  @Test("a mail that fails is tried again, later and later, until it goes")
  func tries() async throws {
    let test = try TestRegistrar()
    test.post.fail([.temporary("away"), .temporary("away")])
    try await test.register("ada")
    let began = test.time.now.milliseconds
    await test.deliver(tries: 3)
    #expect(test.post.messages.count == 1)
    #expect(test.time.now.milliseconds - began >= 70_000)
    #expect(try await test.count("SELECT attempts FROM mail_outbox") <= 3)
  }

  @Test("a mail that fails six times is dead, and so is one that nobody will take")
  func dies() async throws {
    let test = try TestRegistrar()
    test.post.fail([MailFailure](repeating: .temporary("away"), count: 6))
    try await test.register("ada")
    await test.deliver(tries: 6)
    #expect(
      try await test.count(
        "SELECT count(*) FROM mail_outbox WHERE state = 'failed' AND sealed_message IS NULL") == 1)
    test.post.fail([.permanent("no such person")])
    try await test.register("eve")
    await test.deliver(tries: 7)
    #expect(try await test.count("SELECT count(*) FROM mail_outbox WHERE state = 'failed'") == 2)
    #expect(test.post.messages.isEmpty)
  }

  @Test("what a mail says lies sealed, and is forgotten when it has gone")
  func isSealed() async throws {
    let test = try TestRegistrar()
    try await test.register("ada")
    #expect(
      try await test.count(
        """
        SELECT count(*) FROM mail_outbox
        WHERE instr(sealed_message, CAST('mail.example' AS BLOB)) > 0
        """) == 0)
    await test.deliver(tries: 1)
    #expect(test.post.messages.map(\.recipient) == ["ada@mail.example"])
    #expect(
      try await test.count("SELECT count(*) FROM mail_outbox WHERE sealed_message IS NULL") == 1)
  }
}
