import Cryptography
import Testing
import Wire

@testable import Identity

@Suite("Tokens of JOSE") struct JSONWebTokenTests {
  private static let now = 1_800_000_000.0
  private static let policy = SignedTokenPolicy(
    issuer: "https://issuer.example", audience: "https://rpc.example", types: ["jwt", "at+jwt"],
    leeway: 30)

  private static func key(_ number: UInt8) throws -> PrivateKey {
    try PrivateKey(seed: [UInt8](repeating: number, count: 32))
  }

  // swift-format-ignore
  private static let claims: WireValue = [
    "iss": "https://issuer.example", "sub": "user-1", "aud": "https://rpc.example", "exp": 1_800_000_600, "iat": 1_799_999_990, "jti": "j1",
  ]
  private static let header: WireValue = ["alg": "EdDSA", "typ": "JWT", "kid": "k1"]

  private static func with(
    _ value: WireValue, _ changes: [(String, WireValue?)]
  ) -> WireValue {
    var value = value
    for (name, change) in changes { value[name] = change }
    return value
  }

  /// The token of these texts, signed by the key of that number.
  private static func token(
    _ header: [UInt8], _ payload: [UInt8], key number: UInt8 = 1
  ) throws -> [UInt8] {
    let signed = Base64URL.text(header) + "." + Base64URL.text(payload)
    let signature = try key(number).signature(of: Array(signed.utf8).span)
    return Array((signed + "." + Base64URL.text(signature)).utf8)
  }

  private static func verdict(_ token: [UInt8], at now: Double = now) throws -> SignedTokenRefusal?
  {
    let keys = VerificationKeys(["k1": try key(1).publicKey, "k9": try key(9).publicKey])
    do throws(SignedTokenRefusal) {
      let claims = try JSONWebToken.claims(of: token.span, keys: keys, policy: policy, at: now)
      #expect(claims.subject == "user-1" && claims.issuer == policy.issuer)
      return nil
    } catch {
      return error
    }
  }

  // swift-format-ignore
  static let headers: [(name: String, changes: [(String, WireValue?)], refusal: SignedTokenRefusal?)] = [
    ("as it should be",         [],                                             nil),
    ("of an access token",      [("typ", "at+jwt")],                            nil),
    ("of a media type",         [("typ", "application/at+JWT")],                nil),
    ("without a type",          [("typ", nil)],                                 nil),
    ("of another type",         [("typ", "dpop+jwt")],                          .wrongType),
    ("of a type that is none",  [("typ", 1)],                                   .malformed),
    ("without an algorithm",    [("alg", nil)],                                 .malformed),
    ("signed by nobody",        [("alg", "none")],                              .wrongAlgorithm),
    ("by nobody, otherwise",    [("alg", "nOnE")],                              .wrongAlgorithm),
    ("by an empty algorithm",   [("alg", "")],                                  .wrongAlgorithm),
    ("by a shared key",         [("alg", "HS256")],                             .wrongAlgorithm),
    ("in lower case",           [("alg", "eddsa")],                             .wrongAlgorithm),
    ("of two algorithms",       [("alg", ["EdDSA"])],                           .malformed),
    ("by another key",          [("kid", "k9")],                                .wrongSignature),
    ("by a key that is not",    [("kid", "../../../dev/null")],                 .unknownKey),
    ("by an empty name",        [("kid", "")],                                  .unknownKey),
    ("by a name with an end",   [("kid", "k1\u{0}")],                           .unknownKey),
    ("by a number",             [("kid", 1)],                                   .malformed),
    ("by no name of two",       [("kid", nil)],                                 .unknownKey),
    ("that must be understood", [("crit", ["exp"])],                            .unsupportedHeader),
    ("with nothing to know",    [("crit", [])],                                 .unsupportedHeader),
    ("not encoded",             [("b64", false)],                               .unsupportedHeader),
    ("compressed",              [("zip", "DEF")],                               .unsupportedHeader),
    ("with a token inside",     [("cty", "JWT")],                               .unsupportedHeader),
    ("with its own key",        [("jwk", ["kty": "OKP"])],                      .unsupportedHeader),
    ("with a place of keys",    [("jku", "https://evil.example/")],             .unsupportedHeader),
    ("with a certificate",      [("x5u", "https://evil.example/")],             .unsupportedHeader),
    ("with a remark",           [("note", "x")],                                nil),
  ]

  @Test("a header", arguments: headers)
  func judgesHeaders(
    _ row: (name: String, changes: [(String, WireValue?)], refusal: SignedTokenRefusal?)
  ) throws {
    let token = try Self.token(Self.with(Self.header, row.changes).json(), Self.claims.json())
    #expect(try Self.verdict(token) == row.refusal, "\(row.name)")
  }

  // swift-format-ignore
  static let payloads: [(name: String, changes: [(String, WireValue?)], refusal: SignedTokenRefusal?)] = [
    ("for several",          [("aud", ["x", "https://rpc.example"])], nil),
    ("for nobody",           [("aud", nil)],                          .wrongClaim),
    ("for no one of a list", [("aud", [])],                           .wrongAudience),
    ("for a number",         [("aud", [1])],                          .wrongClaim),
    ("for another",          [("aud", "https://rpc.example/")],       .wrongAudience),
    ("for a beginning",      [("aud", "https://rpc")],                .wrongAudience),
    ("of another",           [("iss", "https://issuer.example.evil")], .wrongIssuer),
    ("of nobody",            [("iss", nil)],                          .wrongClaim),
    ("of a list",            [("iss", ["https://issuer.example"])],   .wrongClaim),
    ("about nobody",         [("sub", nil)],                          .wrongClaim),
    ("about nothing",        [("sub", "")],                           .wrongClaim),
    ("about a number",       [("sub", 1)],                            .wrongClaim),
    ("without an end",       [("exp", nil)],                          .wrongClaim),
    ("that ended",           [("exp", 1_799_996_400)],                .expired),
    ("that just ended",      [("exp", 1_799_999_970)],                .expired),
    ("within the leeway",    [("exp", 1_799_999_971)],                nil),
    ("with a second left",   [("exp", 1_800_000_001)],                nil),
    ("with a half",          [("exp", 1_800_000_000.5)],              nil),
    ("with a text",          [("exp", "1800000600")],                 .wrongClaim),
    ("with a truth",         [("exp", true)],                         .wrongClaim),
    ("with nothing",         [("exp", .null)],                        .wrongClaim),
    ("before all time",      [("exp", -1)],                           .expired),
    ("beyond all time",      [("exp", 1e300)],                        .wrongClaim),
    ("not yet",              [("nbf", 1_800_003_600)],                .notYetValid),
    ("since long",           [("nbf", 1_000_000_000)],                nil),
    ("from tomorrow",        [("iat", 1_800_086_400)],                .notYetValid),
    ("made at no time",      [("iat", "now")],                        .wrongClaim),
  ]

  @Test("claims", arguments: payloads)
  func judgesClaims(
    _ row: (name: String, changes: [(String, WireValue?)], refusal: SignedTokenRefusal?)
  ) throws {
    let token = try Self.token(Self.header.json(), Self.with(Self.claims, row.changes).json())
    #expect(try Self.verdict(token) == row.refusal, "\(row.name)")
  }

  // swift-format-ignore
  static let texts: [(name: String, payload: [UInt8])] = [
    ("an array",       Array("[]".utf8)),
    ("nothing",        []),
    ("a mark of order", [0xef, 0xbb, 0xbf] + claims.json()),
    ("no text",        claims.json().map { $0 == UInt8(ascii: "j") ? 0xff : $0 }),
    ("one name twice", Array(#"{"sub":"user-1","sub":"root"}"#.utf8)),
    ("a bomb",         [UInt8](repeating: UInt8(ascii: "["), count: 3000)),
    ("more behind it", claims.json() + Array("{}".utf8)),
  ]

  @Test("a payload that is", arguments: texts)
  func judgesPayloads(_ row: (name: String, payload: [UInt8])) throws {
    let token = try Self.token(Self.header.json(), row.payload)
    #expect(try Self.verdict(token) == .malformed, "\(row.name)")
  }

  @Test("a header that names its algorithm twice is none")
  func duplicateHeader() throws {
    let header = Array(#"{"alg":"EdDSA","kid":"k1","alg":"EdDSA"}"#.utf8)
    #expect(try Self.verdict(try Self.token(header, Self.claims.json())) == .malformed)
  }

  @Test("every flipped bit, every shorter text and every other form is refused")
  func onlyOneForm() throws {
    let token = try Self.token(Self.header.json(), Self.claims.json())
    #expect(try Self.verdict(token) == nil)
    for place in token.indices {
      for bit in 0..<8 {
        var other = token
        other[place] ^= 1 << UInt8(bit)
        #expect(try Self.verdict(other) != nil, "bit \(bit) of byte \(place)")
      }
      #expect(try Self.verdict(Array(token[..<place])) != nil, "\(place) bytes")
    }
    for end in ["=", " ", "\n", ".", ".a", "\u{0}", "A"] {
      #expect(try Self.verdict(token + Array(end.utf8)) != nil)
    }
    let long = try Self.token(
      Self.with(Self.header, [("note", .text(String(repeating: "x", count: 7000)))]).json(),
      Self.claims.json())
    #expect(long.count > JSONWebToken.bytesMax)
    #expect(try Self.verdict(long) == .tooLong)
  }

  @Test("what we sign, we believe")
  func roundTrip() throws {
    let key = try Self.key(1)
    for type in ["JWT", "at+jwt"] {
      let token = JSONWebToken.signed(Self.claims, type: type, by: key, named: "k1")
      #expect(try Self.verdict(Array(token.utf8)) == nil)
    }
    let portal = JSONWebToken.signed(Self.claims, type: "portal", by: key, named: "k1")
    #expect(try Self.verdict(Array(portal.utf8)) == .wrongType)
  }

  @Test("the shared matrix is judged as it says")
  func sharedMatrix() throws {
    guard let matrix = SharedMatrix("jwt_matrix.json") else { return }
    let keys = try VerificationKeys(jsonWebKeySet: try #require(matrix.whole["jwks"]))
    #expect(matrix.rows.count == 79)
    for row in matrix.rows {
      guard case .text(let token)? = row["token"] else {
        Issue.record("a row without a token")
        continue
      }
      var refusal: SignedTokenRefusal?
      do throws(SignedTokenRefusal) {
        _ = try JSONWebToken.claims(
          of: Array(token.utf8).span, keys: keys, policy: Self.policy, at: Self.now)
      } catch {
        refusal = error
      }
      guard case .bool(let expected)? = row["valid"] else { continue }
      #expect((refusal == nil) == expected, "\(row["id"] ?? .null) \(row["name"] ?? .null)")
    }
  }
}
