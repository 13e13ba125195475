import Contract
import Store
import Testing
import Wire

@testable import Identity

@Suite struct TokenTests {
  @Test("a secret is its prefix and 43 characters of base64url, and never the same")
  func secretForm() {
    let secrets = (0..<100).map { _ in TokenSecret.make() }
    #expect(Set(secrets).count == secrets.count)
    for secret in secrets {
      #expect(secret.text.hasPrefix("sy_") && secret.text.utf8.count == 46)
      let isBase64URL = secret.text.utf8.dropFirst(3).allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
        default: false
        }
      }
      #expect(isBase64URL)
      #expect(secret.hash.count == 32)
    }
  }

  @Test("the store holds the hash and never the secret")
  func storesHashOnly() async throws {
    let test = try TestBook()
    let secret = try await test.issue()
    let stored = try await test.database.read { (reader) throws(StoreError) in
      try reader.all(
        String.self,
        """
        SELECT id || name || permissions || hex(hash) || created_at FROM tokens
        """)
    }
    #expect(stored.count == 1)
    #expect(!stored[0].contains(secret.text) && !stored[0].contains(secret.text.dropFirst(3)))
    let record = try await test.database.read { (reader) throws(StoreError) in
      try TokenRecord.find(hash: secret.hash, in: reader)
    }
    #expect(record?.id == "tok_1" && record?.permissions == [.read, .write])
  }

  @Test("a token is found in the store, then known from memory, with what it may do")
  func findsThenRemembers() async throws {
    let test = try TestBook()
    let secret = try await test.issue(organisation: "o1")
    #expect(!test.remembers(secret))
    let principal = try #require(try await test.find(secret))
    #expect(
      principal
        == Principal(
          kind: .token, id: "tok_1", permissions: [.read, .write], organisation: "o1"))
    #expect(test.remembers(secret))
    #expect(test.book.withoutCredential == nil)
  }

  @Test("what nobody issued is nobody's, and is not remembered")
  func unknownToken() async throws {
    let test = try TestBook()
    _ = try await test.issue()
    let stranger = TokenSecret.make()
    #expect(try await test.find(stranger) == nil)
    #expect(!test.remembers(stranger))
  }

  @Test("the store is believed for one second and not a nanosecond longer")
  func believesForASecond() async throws {
    let test = try TestBook()
    let secret = try await test.issue()
    _ = try await test.find(secret)
    test.clock.advance(nanoseconds: 999_999_999)
    #expect(test.remembers(secret))
    test.clock.advance(nanoseconds: 1)
    #expect(!test.remembers(secret))
    #expect(try await test.find(secret) != nil)
    #expect(test.remembers(secret))
  }

  @Test("a token that another process revokes is dead a second later")
  func revoked() async throws {
    let test = try TestBook()
    let secret = try await test.issue()
    _ = try await test.find(secret)
    #expect(try await test.revoke("tok_1"))
    #expect(try await !test.revoke("tok_1"))
    #expect(try await !test.revoke("tok_nobody"))
    test.clock.advance(nanoseconds: 1_000_000_000)
    #expect(!test.remembers(secret))
    #expect(try await test.find(secret) == nil)
    #expect(!test.remembers(secret))
  }

  @Test("a token ends at its time, also in memory")
  func expires() async throws {
    let test = try TestBook()
    let secret = try await test.issue(lifetime: 500)
    test.clock.advance(nanoseconds: 499_000_000)
    #expect(try await test.find(secret) != nil)
    #expect(test.remembers(secret))
    test.clock.advance(nanoseconds: 1_000_000)
    #expect(!test.remembers(secret))
    #expect(try await test.find(secret) == nil)
  }

  @Test("of those who opened something, the ended are told, and those whom nobody issued")
  func endedAmong() async throws {
    let test = try TestBook()
    let rows: [(String, Int64?)] = [("tok_1", nil), ("tok_2", nil), ("tok_3", 500), ("tok_4", 501)]
    for (id, lifetime) in rows {
      _ = try await test.issue(id: id, lifetime: lifetime)
    }
    let all: Set = ["tok_1", "tok_2", "tok_3", "tok_4", Principal.anonymous.id]
    #expect(try await test.book.ended(among: all) == [])
    #expect(try await test.revoke("tok_1"))
    test.clock.advance(nanoseconds: 500_000_000)
    #expect(try await test.book.ended(among: all) == ["tok_1", "tok_3"])
    #expect(try await test.book.ended(among: ["tok_2", "tok_nobody"]) == ["tok_nobody"])
    #expect(try await test.book.ended(among: [Principal.anonymous.id]) == [])
  }

  @Test("a credential longer than any token is refused", arguments: [8192, 8193])
  func tooLong(_ length: Int) async throws {
    let test = try TestBook()
    let secret = TokenSecret(text: "sy_" + String(repeating: "a", count: length - 3))
    _ = try await test.issue(secret)
    #expect(try await (test.find(secret) != nil) == (length == 8192))
    #expect(test.remembers(secret) == (length == 8192))
  }

  @Test("a store that cannot be asked is no refusal of the token")
  func closedStore() async throws {
    let test = try TestBook()
    let secret = try await test.issue()
    test.database.close()
    let fault = await #expect(throws: Fault.self) { try await test.find(secret) }
    #expect(fault?.code == .unavailable && fault?.retryAfterSeconds == 1)
    let other = await #expect(throws: Fault.self) { try await test.book.ended(among: ["tok_1"]) }
    #expect(other?.code == .unavailable)
  }

  @Test("two tokens cannot share a secret")
  func sharedSecret() async throws {
    let test = try TestBook()
    let secret = try await test.issue()
    await #expect(throws: StoreError.self) { try await test.issue(secret, id: "tok_2") }
  }

  @Test("the open door lets everybody do everything")
  func openDoor() async throws {
    let door = OpenDoor()
    let everybody = try #require(door.withoutCredential)
    #expect(everybody.kind == .unchecked && everybody.permissions == Set(Permission.allCases))
    guard case .known(everybody, until: .max) = door.recognise(bearer: [1]) else {
      Issue.record("a bearer was not let in")
      return
    }
    #expect(try await door.find(bearer: []) == everybody)
    #expect(try await door.ended(among: [everybody.id]) == [])
  }
}
