import Contract
import Cryptography
import Testing
import Wire

@testable import Identity

/// Tokens of others, as an operator lets them in.
struct ForeignIssuerTests {
  private static let now = Timestamp(milliseconds: 1_800_000_000_000)
  private static let secret = [UInt8](repeating: 7, count: 32)

  private static func key() throws -> PrivateKey {
    try PrivateKey(seed: [UInt8](repeating: 3, count: 32))
  }

  /// A file with an issuer whose key is published and one that shares a secret.
  private static func file() throws -> WireValue {
    let x = Base64URL.text(try #require(try key().publicKey.ed25519))
    return [
      "issuers": [
        [
          "issuer": "https://one.example", "audience": "us", "tenant_claim": "tid",
          "tenants": ["t1"],
          "keys": [
            "keys": [["kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": .text(x), "alg": "EdDSA"]]
          ],
        ],
        [
          "issuer": "two", "audience": "us", "tenants": ["t2", "t3"],
          "keys": [
            "keys": [
              ["kty": "oct", "kid": "s1", "k": .text(Base64URL.text(secret)), "alg": "HS256"]
            ]
          ],
        ],
      ]
    ]
  }

  private static func issuers() throws -> ForeignIssuers {
    try ForeignIssuers(json: try file().json())
  }

  private static func claims(_ changes: [String: WireValue] = [:]) -> WireValue {
    var claims: WireValue = [
      "iss": "https://one.example", "aud": "us", "sub": "ada", "tid": "t1", "org": "t2",
      "roles": ["ops_engineer"], "iat": 1_800_000_000, "exp": 1_800_000_600,
    ]
    for (name, value) in changes { claims[name] = value }
    return claims
  }

  private static func find(
    _ changes: [String: WireValue] = [:], type: String = "JWT", name: String = "k1"
  ) throws -> Principal? {
    let token = JSONWebToken.signed(claims(changes), type: type, by: try key(), named: name)
    return try issuers().caller(of: Array(token.utf8), at: now)?.principal
  }

  /// A token of HS256, as others make them.
  private static func shared(_ secret: [UInt8], named name: String = "s1") -> [UInt8] {
    let header: WireValue = ["alg": "HS256", "typ": "JWT", "kid": .text(name)]
    let text = [header.json(), claims(["iss": "two"]).json()].map(Base64URL.text)
      .joined(separator: ".")
    let code = HMACSHA256.code(of: Array(text.utf8).span, key: secret).bytes
    return Array("\(text).\(Base64URL.text(code))".utf8)
  }

  @Test("a token stands for its subject, under its issuer's name, in the tenant that it says")
  func isBelieved() throws {
    let principal = try #require(try Self.find())
    #expect(principal.id == "https://one.example#ada" && principal.user == "ada")
    #expect(principal.organisation == "t1" && principal.permissions == [.read, .write])
    #expect(try Self.find(type: "at+jwt") != nil)
  }

  @Test("roles say what it allows, and none allows nothing")
  func allows() throws {
    let rows: [(WireValue, Set<Permission>)] = [
      (["viewer"], [.read]), (["viewer", "billing"], [.read, .write]), ([], []), ("viewer", []),
      (["client_portal"], []), (["platform_admin"], [.read, .write]),
      (["msp_admin"], [.read, .write]),
    ]
    for (roles, permissions) in rows {
      #expect(try Self.find(["roles": roles])?.permissions == permissions)
    }
    #expect(try Self.find(["roles": ["msp_admin"]])?.user == nil)
  }

  @Test("one wrong thing is enough to be nobody")
  func refuses() throws {
    let rows: [[String: WireValue]] = [
      ["iss": "https://other.example"], ["iss": "two"], ["aud": "them"], ["sub": ""],
      ["exp": 1_799_999_900], ["nbf": 1_800_000_100], ["tid": 5], ["tid": ""], ["tid": "t2"],
      ["sub": "a\nb"], ["sub": .text(String(repeating: "a", count: 129))],
    ]
    for row in rows { #expect(try Self.find(row) == nil, "\(row)") }
    #expect(try Self.find(type: "dpop+jwt") == nil)
    #expect(try Self.find(name: "k2") == nil)
    #expect(try Self.find(name: "s1") == nil)
  }

  @Test("a shared secret signs by HS256 alone, and a published key never does")
  func sharesSecrets() throws {
    let issuers = try Self.issuers()
    #expect(issuers.caller(of: Self.shared(Self.secret), at: Self.now)?.principal.id == "two#ada")
    #expect(issuers.caller(of: Self.shared([1] + Self.secret.dropFirst()), at: Self.now) == nil)
    let published = try #require(try Self.key().publicKey.ed25519)
    #expect(issuers.caller(of: Self.shared(published, named: "k1"), at: Self.now) == nil)
  }

  @Test("a file that cannot be used says where")
  func checksFile() throws {
    let short = Base64URL.text([UInt8](repeating: 7, count: 31))
    let rows: [(String, String)] = [
      ("", "no JSON"), ("{}", "no list"),
      (#"{"issuers":[{"issuer":"a","audience":"b"}]}"#, "issuers[0]: there must be `keys` or"),
      (#"{"issuers":[{"keys":{"keys":[]}}]}"#, "issuers[0]: `issuer` is no text"),
      (#"{"issuers":[{"keys":{"keys":[]},"issuer":"a"}]}"#, "issuers[0]: `audience` is no text"),
      (
        #"{"issuers":[{"issuer":"a","audience":"b","keys":"#
          + #"{"keys":[{"kty":"oct","k":"\#(short)"}]}}]}"#,
        "the keys cannot be used"
      ),
      (
        #"{"issuers":[{"issuer":"a","audience":"b","keys":{"keys":[]}}]}"#,
        "issuers[0]: `tenants` is no list"
      ),
      (
        #"{"issuers":[{"issuer":"a","audience":"b","tenants":[5],"keys":{"keys":[]}}]}"#,
        "holds what is no tenant"
      ),
      (
        #"{"issuers":[{"issuer":"a","audience":"b","tenants":["t"],"keys":{"keys":[]}},"#
          + #"{"issuer":"a","audience":"c","tenants":["t"],"keys":{"keys":[]}}]}"#,
        "an issuer is there twice"
      ),
    ]
    for (text, words) in rows {
      do throws(ForeignIssuers.Refusal) {
        _ = try ForeignIssuers(json: Array(text.utf8))
        Issue.record("\(text) was taken")
      } catch {
        #expect(error.description.contains(words), "\(error)")
      }
    }
  }

  @Test("a stream of such a token ends with the token")
  func endsStreams() async throws {
    let test = try TestBook()
    let end = test.clock.now.milliseconds + 1000
    let credential = SessionCredential(family: "", end: Timestamp(milliseconds: end)).text
    #expect(try await test.book.ended(among: [credential]) == [])
    test.clock.advance(nanoseconds: 1_000_000_000)
    #expect(try await test.book.ended(among: [credential]) == [credential])
  }
}
