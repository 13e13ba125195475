import Contract
import Cryptography
import Store
import Synchronization
import Testing
import Wire

@testable import Identity

/// Keys that others publish.
struct KeyFetcherTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)

  private static func key(_ seed: UInt8) throws -> PrivateKey {
    try PrivateKey(seed: [UInt8](repeating: seed, count: 32))
  }

  /// A set of published keys, each named for its seed.
  private static func set(_ seeds: [UInt8]) throws -> [UInt8] {
    let keys = try seeds.map { seed -> WireValue in
      let x = Base64URL.text(try #require(try key(seed).publicKey.ed25519))
      return ["kty": "OKP", "crv": "Ed25519", "kid": .text("k\(seed)"), "x": .text(x)]
    }
    let set: WireValue = ["keys": .array(keys)]
    return set.json()
  }

  private static func issuers(_ url: String = "https://keys.example/set") throws -> ForeignIssuers {
    let file: WireValue = [
      "issuers": [["issuer": "one", "audience": "us", "tenants": ["t1"], "jwks_uri": .text(url)]]
    ]
    return try ForeignIssuers(json: file.json())
  }

  private static func token(by seed: UInt8) throws -> [UInt8] {
    let claims: WireValue = [
      "iss": "one", "aud": "us", "sub": "ada", "org": "t1", "roles": ["viewer"],
      "exp": 1_800_000_600,
    ]
    return Array(
      JSONWebToken.signed(claims, type: "JWT", by: try key(seed), named: "k\(seed)").utf8)
  }

  /// Runs a fetcher over these answers, of which each look takes one, until the last was taken.
  ///
  /// Gives what was told of the looks, and the pauses in seconds.
  private static func run(
    _ issuers: ForeignIssuers, _ answers: [Result<[UInt8], KeyFetcher.Failure>],
    pauses: Pauses = Pauses(), between: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> (looks: [Result<Int, KeyFetcher.Failure>], pauses: [Int64]) {
    let looks = Mutex<[Result<Int, KeyFetcher.Failure>]>([])
    let ended = WorkSignal()
    let taken = Atomic<Int>(0)
    let observe: @Sendable (KeyFetcher.Event) -> Void = { event in
      let count = looks.withLock { looks in
        looks.append(event.result)
        return looks.count
      }
      between(count)
      if count == answers.count { ended.ring() }
    }
    let fetcher = KeyFetcher(
      issuers, on: try WorkerPool(threads: 1, waitingMax: 4), pausing: pauses, observe: observe
    ) { (_, _) in
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return answers[min(index, answers.count - 1)]
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await fetcher.work() }
      await ended.wait(past: 0)
      group.cancelAll()
    }
    let told = looks.withLock { Array($0.prefix(answers.count)) }
    return (told, pauses.seconds)
  }

  @Test("a token is believed by the keys that are there now, and by none before")
  func follows() async throws {
    let issuers = try Self.issuers()
    let tokens = [try Self.token(by: 3), try Self.token(by: 4)]
    let believed = Mutex<[[Bool]]>([])
    @Sendable func note() {
      let row = tokens.map { issuers.caller(of: $0, at: Self.now) != nil }
      believed.withLock { $0.append(row) }
    }
    note()
    let first = try Self.set([3])
    let second = try Self.set([3, 4])
    let third = try Self.set([4])
    let run = try await Self.run(
      issuers, [.success(first), .success(second), .success(third)], between: { _ in note() })
    #expect(run.looks == [.success(1), .success(2), .success(1)])
    let rows = believed.withLock { Array($0.prefix(4)) }
    #expect(rows == [[false, false], [true, false], [true, true], [false, true]])
  }

  @Test("what cannot be used leaves the keys as they are")
  func keeps() async throws {
    let issuers = try Self.issuers()
    let secret = #"{"keys":[{"kty":"oct","kid":"k3","k":"\#(String(repeating: "A", count: 64))"}]}"#
    let run = try await Self.run(
      issuers,
      [
        .success(try Self.set([3])), .success([]), .success(Array("{}".utf8)),
        .success(Array(secret.utf8)), .success(Array(#"{"keys":[]}"#.utf8)),
        .failure(KeyFetcher.Failure("gone")),
      ])
    let words = run.looks.map { look in
      switch look {
      case .success(let count): "\(count)"
      case .failure(let failure): "\(failure)"
      }
    }
    #expect(
      words == [
        "1", "no JSON: the text ends too early at byte 0", "the keys cannot be used: malformed",
        "there is no key that is used here", "there is no key that is used here", "gone",
      ])
    #expect(issuers.caller(of: try Self.token(by: 3), at: Self.now) != nil)
  }

  @Test("failures are tried again later and later, up to five minutes")
  func waitsLonger() async throws {
    let failures = [Result<[UInt8], KeyFetcher.Failure>](
      repeating: .failure(KeyFetcher.Failure("gone")), count: 8)
    let run = try await Self.run(try Self.issuers(), failures)
    #expect(run.pauses.prefix(7) == [10, 20, 40, 80, 160, 300, 300])
  }

  @Test("a token that names another key has them fetched, ten seconds after the last look")
  func isAsked() async throws {
    let issuers = try Self.issuers()
    let unknown = try Self.token(by: 9)
    let answer = Result<[UInt8], KeyFetcher.Failure>.success(try Self.set([3]))
    // The long pause never ends by itself, so that it is the token that has the next look begun.
    let pauses = Pauses(longest: .seconds(10)) { _ = issuers.caller(of: unknown, at: Self.now) }
    let run = try await Self.run(issuers, [answer, answer, answer], pauses: pauses)
    #expect(run.looks == [.success(1), .success(1), .success(1)])
    #expect(run.pauses.filter { $0 == 10 }.count >= 2)
  }

  @Test(
    "only addresses of https are fetched from",
    arguments: [
      "http://keys.example/", "https://", "https:///set", "keys.example", "file:///etc/passwd",
      "https://a@keys.example/", "https://keys.example/ ", "https://keys.example/\u{e4}",
      "https://keys.example/" + String(repeating: "a", count: 2048),
    ])
  func refusesAddress(_ url: String) {
    #expect(throws: ForeignIssuers.Refusal.self) { try Self.issuers(url) }
  }

  @Test("keys are given or published, not both")
  func isOneOrTheOther() {
    let text =
      #"{"issuers":[{"issuer":"a","audience":"b","tenants":["t"],"keys":{"keys":[]},"#
      + #""jwks_uri":"https://keys.example/"}]}"#
    #expect(throws: ForeignIssuers.Refusal.self) { try ForeignIssuers(json: Array(text.utf8)) }
  }
}

/// Pauses that end at once, the longer ones only by being cancelled; all are remembered.
private final class Pauses: Pausing {
  private let taken = Mutex<[Int64]>([])
  private let longest: Duration
  private let during: @Sendable () -> Void

  init(longest: Duration = .seconds(300), during: @escaping @Sendable () -> Void = {}) {
    self.longest = longest
    self.during = during
  }

  var seconds: [Int64] { taken.withLock { $0 } }

  func pause(for duration: Duration) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    taken.withLock { $0.append(duration.components.seconds) }
    guard duration <= longest else {
      await WorkSignal().wait(past: 0)
      throw CancellationError()
    }
    during()
    await Task.yield()
  }
}
