import Contract
import Store
import Testing
import Wire

@testable import Identity

/// The table of §1.2 of the catalogue, row by row.
struct TokenFamilyTests {
  private static let day: Int64 = 86_400_000

  /// Families over a database of their own, with a clock that is a number.
  private final class Bench: Sendable {
    let test: TestBook
    let families: TokenFamilies

    init(grace: Int64 = 10_000) throws {
      test = try TestBook()
      families = TokenFamilies(
        master: TestBook.master, graceMilliseconds: grace, lifetimes: .account)
    }

    func open(_ id: String = "fam_1", at now: Int64 = 0) async throws -> String {
      let families = families
      return try await test.database.write { (transaction) throws(StoreError) in
        try families.open(
          .account, id: id, subject: "u1", tenant: "org_1", now: Timestamp(milliseconds: now),
          in: transaction)
      }
    }

    func present(
      _ text: String, _ kind: TokenFamily.Kind = .account, at now: Int64
    ) async throws -> TokenFamilies.Outcome {
      let families = families
      return try await test.database.write { (transaction) throws(StoreError) in
        try families.present(text, kind, now: Timestamp(milliseconds: now), in: transaction)
      }
    }

    /// The next token, when that one is current.
    func rotate(_ text: String, at now: Int64) async throws -> String {
      guard case .renewed(_, let next, isRotated: true) = try await present(text, at: now) else {
        throw Fault(.invalid, "the token did not rotate")
      }
      return next
    }

    func family(_ id: String = "fam_1") async throws -> TokenFamily? {
      try await test.database.read { (reader) throws(StoreError) in
        try TokenFamily.find(id, in: reader)
      }
    }
  }

  @Test("the current token rotates, again and again, each time to another")
  func rotates() async throws {
    let bench = try Bench()
    var token = try await bench.open()
    var seen: Set<String> = [token]
    for step in 1...20 {
      token = try await bench.rotate(token, at: Int64(step) * 1000)
      #expect(seen.insert(token).inserted)
    }
    #expect(try await bench.family()?.state == .active)
  }

  @Test("the token before the current one gives the current one again, within the grace alone")
  func graces() async throws {
    let bench = try Bench()
    let first = try await bench.open()
    let second = try await bench.rotate(first, at: 1000)
    for now in [1000, 5000, 10_999] as [Int64] {
      guard
        case .renewed(_, let again, isRotated: false) = try await bench.present(first, at: now)
      else {
        Issue.record("the token was not taken at \(now)")
        return
      }
      #expect(again == second)
    }
    guard case .reused = try await bench.present(first, at: 11_000) else {
      Issue.record("the token was taken after the grace")
      return
    }
    #expect(try await bench.family()?.state == .revoked)
    guard case .ended = try await bench.present(second, at: 11_001) else {
      Issue.record("the current token outlived its family")
      return
    }
  }

  @Test("a token two places back ends the family, also within the grace")
  func findsReuse() async throws {
    let bench = try Bench()
    let first = try await bench.open()
    let second = try await bench.rotate(first, at: 1000)
    _ = try await bench.rotate(second, at: 1001)
    guard case .reused(let family) = try await bench.present(first, at: 1002) else {
      Issue.record("the reuse was not found")
      return
    }
    #expect(family.id == "fam_1" && family.subject == "u1")
  }

  @Test("without a grace, the token before is a reuse in the same millisecond")
  func hasNoGrace() async throws {
    let bench = try Bench(grace: 0)
    let first = try await bench.open()
    _ = try await bench.rotate(first, at: 1000)
    guard case .reused = try await bench.present(first, at: 1000) else {
      Issue.record("the token was taken")
      return
    }
  }

  @Test("what is forged, of another kind or another family is unknown and harms nobody")
  func refuses() async throws {
    let bench = try Bench()
    let token = try await bench.open()
    let other = try await bench.open("fam_2")
    let parts = token.split(separator: ".").map(String.init)
    let code = other.split(separator: ".").map(String.init)[3]
    let forged = [
      "", "x", "rt1", token + ".", token + "A", "." + token, token.uppercased(),
      "rt1.fam_1.2.\(parts[3])", "rt1.fam_1.0.\(parts[3])", "rt1.fam_1.-1.\(parts[3])",
      "rt1.fam_1.+1.\(parts[3])", "rt1.fam_1.01.\(parts[3])", "rt1.fam_2.1.\(parts[3])",
      "rt1.fam_1.1.\(code)", "rt1.fam_3.1.\(parts[3])", "vr1.fam_1.1.\(parts[3])",
      "rt1.fam_1.99999999999999999999.\(parts[3])", "rt1.fam_1.1.", "rt1..1.\(parts[3])",
    ]
    for text in forged {
      guard case .unknown = try await bench.present(text, at: 1) else {
        Issue.record("\(text) was known")
        continue
      }
    }
    guard case .unknown = try await bench.present(token, .viewer, at: 1) else {
      Issue.record("a token of an account was a viewer's")
      return
    }
    #expect(try await bench.family()?.state == .active)
    _ = try await bench.rotate(token, at: 2)
  }

  @Test("a family ends thirty days after its last use, and half a year after its first")
  func expires() async throws {
    let bench = try Bench()
    let idle = try await bench.open()
    guard case .ended = try await bench.present(idle, at: 30 * Self.day) else {
      Issue.record("a family lived without use")
      return
    }
    #expect(try await bench.family()?.state == .expired)
    var used = try await bench.open("fam_2")
    var now: Int64 = 0
    while now + 29 * Self.day < 180 * Self.day {
      now += 29 * Self.day
      used = try await bench.rotate(used, at: now)
    }
    guard case .ended = try await bench.present(used, at: 180 * Self.day) else {
      Issue.record("a family lived for ever")
      return
    }
  }

  @Test("fifty families of one subject live; the oldest makes room")
  func isBounded() async throws {
    let bench = try Bench()
    for number in 0..<52 {
      _ = try await bench.open("fam_\(number)", at: Int64(number))
    }
    for number in 0..<52 {
      #expect(try await bench.family("fam_\(number)")?.state == (number < 2 ? .revoked : .active))
    }
  }

  @Test("sign-out ends the family of any of its tokens, and of nothing else")
  func closes() async throws {
    let bench = try Bench()
    let first = try await bench.open()
    _ = try await bench.open("fam_2")
    let families = bench.families
    let close = { (text: String) async throws -> String? in
      try await bench.test.database.write { (transaction) throws(StoreError) in
        try families.close(text, .account, in: transaction)?.id
      }
    }
    #expect(try await close(first + "x") == nil)
    #expect(try await close("rt1.fam_1.1.AAAA") == nil)
    _ = try await bench.rotate(first, at: 1)
    #expect(try await close(first) == "fam_1")
    #expect(try await close(first) == nil)
    #expect(try await bench.family()?.state == .revoked)
    #expect(try await bench.family("fam_2")?.state == .active)
  }

  @Test("eight at once, again and again: one rotates, the others get the same token")
  func races() async throws {
    let bench = try Bench()
    var token = try await bench.open()
    for round in 1...50 {
      let presented = token
      let tokens = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 {
          group.addTask {
            guard
              case .renewed(_, let next, _) = try await bench.present(
                presented, at: Int64(round) * 20_000)
            else { throw Fault(.invalid, "an honest client was refused") }
            return next
          }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(tokens.count == 1)
      token = try #require(tokens.first)
    }
    #expect(try await bench.family()?.state == .active)
  }

  @Test("a copy of the store has no key and no token in it")
  func storesNoSecret() async throws {
    let bench = try Bench()
    let token = try await bench.open()
    let code = String(token.split(separator: ".")[3])
    let stored = try await bench.test.database.read { (reader) throws(StoreError) in
      try reader.all(
        String.self, "SELECT id || counter || hex(sealed_key) FROM token_families LIMIT 9")
    }
    #expect(stored.count == 1)
    #expect(!stored[0].contains(code))
    let family = try #require(try await bench.family())
    let key = try #require(TestBook.master.open(family.sealedKey, place: "fam_1"))
    #expect(RefreshToken(.account, family: "fam_1", counter: 1, key: key).text == token)
    let thief = try #require(MasterKey(text: String(repeating: "00", count: 32)))
    #expect(thief.open(family.sealedKey, place: "fam_1") == nil)
  }
}
