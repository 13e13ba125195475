import Contract
import Store
import Testing
import Wire

@testable import Identity

/// Access tokens as the book of tokens believes them.
struct AccessTokenTests {
  private static let bearer = AccessTokens.Bearer(
    user: "u1", tenant: "org_1", roles: ["ops_engineer"], family: "fam_1")

  /// A book with a signing key and a family, and a token of it.
  private struct Desk {
    let test: TestBook
    let keys = SigningKeys(master: TestBook.master)
    let families = TokenFamilies(
      master: TestBook.master, graceMilliseconds: 0, lifetimes: .account)

    init() async throws {
      test = try TestBook()
      let (keys, families, now) = (keys, families, test.clock.now)
      try await test.database.write { (transaction) throws(StoreError) in
        try keys.establish(now: now, in: transaction)
        _ = try families.open(
          .account, id: "fam_1", subject: "u1", tenant: "org_1", now: now, in: transaction)
      }
    }

    func issue(
      _ bearer: AccessTokens.Bearer = bearer, issuer: String = "tests",
      signedBy other: AccessTokens? = nil
    ) async throws -> String {
      let tokens = other ?? AccessTokens(issuer: issuer, lifetimeSeconds: 3600, keys: keys)
      let now = test.clock.now
      return try await test.database.write { (transaction) throws(StoreError) in
        Result { () throws(Fault) in
          try tokens.issue(to: bearer, id: "at_1", now: now, in: transaction)
        }
      }.get()
    }

    func find(_ token: String) async throws -> Principal? {
      try await test.book.find(bearer: Array(token.utf8))
    }

    func rotate() async throws -> String {
      let (keys, now) = (keys, test.clock.now)
      return try await test.database.write { (transaction) throws(StoreError) in
        try keys.rotate(now: now, in: transaction)
      }
    }

    func advance(seconds: Int64) { test.clock.advance(nanoseconds: seconds * 1_000_000_000) }
  }

  @Test("a token stands for its user, in the user's tenant, with what users may")
  func isBelieved() async throws {
    let desk = try await Desk()
    let principal = try #require(try await desk.find(try await desk.issue()))
    #expect(principal.kind == .session && principal.id == "u1" && principal.user == "u1")
    #expect(principal.organisation == "org_1" && principal.permissions == [.read, .write])
  }

  @Test("administrators of the platform may do everything", arguments: ["platform_admin"])
  func isAdministrator(_ role: String) async throws {
    let desk = try await Desk()
    let token = try await desk.issue(
      AccessTokens.Bearer(user: "u1", tenant: "org_1", roles: [role], family: "fam_1"))
    #expect(try await desk.find(token)?.permissions == Set(Permission.allCases))
  }

  @Test("a token dies with its time, its family, its issuer and its key")
  func dies() async throws {
    let desk = try await Desk()
    let token = try await desk.issue()
    #expect(try await desk.find(try await desk.issue(issuer: "others")) == nil)
    let lost = AccessTokens.Bearer(user: "u1", tenant: "org_1", roles: [], family: "fam_9")
    #expect(try await desk.find(try await desk.issue(lost)) == nil)
    desk.advance(seconds: 3599)
    #expect(try await desk.find(token) != nil)
    desk.advance(seconds: 2)
    #expect(try await desk.find(token) == nil)
    let next = try await desk.issue()
    #expect(try await desk.find(next) != nil)
    _ = try await desk.test.database.write { (transaction) throws(StoreError) in
      try TokenFamily.revoke("fam_1", because: .signOut, in: transaction)
    }
    #expect(try await desk.find(next) == nil)
  }

  @Test("each flipped byte and each truncation is refused")
  func isWhole() async throws {
    let desk = try await Desk()
    let token = Array(try await desk.issue().utf8)
    for index in token.indices {
      #expect(try await desk.test.book.find(bearer: Array(token[..<index])) == nil)
      var changed = token
      // Another letter of the same alphabet: the last one of a part may have bits to spare.
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "Q") : UInt8(ascii: "A")
      #expect(try await desk.test.book.find(bearer: changed) == nil, "byte \(index)")
    }
  }

  @Test("a new key signs at once; the old one verifies until its last token is dead")
  func rotatesKeys() async throws {
    let desk = try await Desk()
    let before = try await desk.issue()
    desk.advance(seconds: 10)
    let name = try await desk.rotate()
    let after = try await desk.issue()
    let header = String(
      decoding: try #require(
        Base64URL.bytes(Array(after.split(separator: ".")[0].utf8))), as: UTF8.self)
    #expect(header.contains(name))
    #expect(try await desk.find(before) != nil)
    #expect(try await desk.find(after) != nil)
    let records = try await desk.test.database.read { (reader) throws(StoreError) in
      try SigningKeys.records(in: reader)
    }
    #expect(records.map { $0.retiredAt == nil } == [true, false])
    desk.advance(seconds: 3602)
    let keys = try await desk.test.database.read {
      [now = desk.test.clock.now] (reader) throws(StoreError) in
      try SigningKeys.verifying(
        since: Timestamp(milliseconds: now.milliseconds - 3_601_000), in: reader)
    }
    #expect(keys.published.count == 1)
  }

  @Test("streams end with their token's time and with its family")
  func endsStreams() async throws {
    let desk = try await Desk()
    let token = try await desk.issue()
    let credential = try #require(try await desk.find(token)).credential
    let ended = { try await desk.test.book.ended(among: [credential, "anonymous"]) }
    #expect(try await ended() == [])
    desk.advance(seconds: 3600)
    #expect(try await ended() == [credential])
    let next = try #require(try await desk.find(try await desk.issue())).credential
    #expect(next != credential)
    #expect(try await desk.test.book.ended(among: [next]) == [])
    _ = try await desk.test.database.write { (transaction) throws(StoreError) in
      try TokenFamily.revoke("fam_1", because: .admin, in: transaction)
    }
    #expect(try await desk.test.book.ended(among: [next]) == [next])
  }

  @Test("under another master key nothing is signed")
  func needsItsMasterKey() async throws {
    let desk = try await Desk()
    let other = try #require(MasterKey(text: String(repeating: "00", count: 32)))
    await #expect(throws: Fault.self) {
      try await desk.issue(
        signedBy: AccessTokens(
          issuer: "tests", lifetimeSeconds: 60, keys: SigningKeys(master: other)))
    }
  }
}
