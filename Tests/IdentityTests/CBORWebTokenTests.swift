import Cryptography
import Testing
import Wire

@testable import Identity

@Suite("Tokens of COSE") struct CBORWebTokenTests {
  private static let now = 1_800_000_000.0
  private static let policy = SignedTokenPolicy(
    issuer: "https://issuer.example", audience: "https://rpc.example", types: [], leeway: 30)

  private static func member(_ key: WireValue, _ value: WireValue) -> WireMember {
    WireMember(key, value)
  }

  // swift-format-ignore
  private static let claims: [WireMember] = [
    member(1, "https://issuer.example"), member(2, "user-1"), member(3, "https://rpc.example"), member(4, 1_800_000_600), member(6, 1_799_999_990),
  ]

  /// What differs from a good token.
  struct Change {
    var tags: [UInt64] = [18]
    var protected: WireValue = .map([member(1, -8)])
    var unprotected: [WireMember] = [member(4, .bytes([0x6b, 0x31]))]
    var claims: WireValue = .map(CBORWebTokenTests.claims)
    var context = "Signature1"
    var outside: [UInt8] = []
    var key: UInt8 = 1
  }

  private static func token(_ change: Change) throws -> [UInt8] {
    let (protected, payload) = (change.protected.cbor(), change.claims.cbor())
    let signed = WireValue.array([
      .text(change.context), .bytes(protected), .bytes(change.outside), .bytes(payload),
    ]).cbor()
    let signature = try PrivateKey(seed: [UInt8](repeating: change.key, count: 32))
      .signature(of: signed.span)
    let parts = WireValue.array([
      .bytes(protected), .map(change.unprotected), .bytes(payload), .bytes(signature),
    ])
    return change.tags.reversed().reduce(parts) { .tagged($1, $0) }.cbor()
  }

  private static func verdict(_ token: [UInt8]) throws -> SignedTokenRefusal? {
    let keys = VerificationKeys([
      "k1": try PrivateKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
    ])
    do throws(SignedTokenRefusal) {
      let claims = try CBORWebToken.claims(of: token, keys: keys, policy: policy, at: now)
      #expect(claims.subject == "user-1")
      return nil
    } catch {
      return error
    }
  }

  private static func claiming(_ key: WireValue, _ value: WireValue?) -> WireValue {
    .map(claims.filter { $0.key != key } + (value.map { [member(key, $0)] } ?? []))
  }

  // swift-format-ignore
  static let rows: [(name: String, change: Change, refusal: SignedTokenRefusal?)] = [
    ("as it should be",          Change(),                                                        nil),
    ("in the tag of a CWT",      Change(tags: [61, 18]),                                          nil),
    ("in it twice",              Change(tags: [61, 61, 18]),                                      .malformed),
    ("without a tag",            Change(tags: []),                                                .malformed),
    ("of a code",                Change(tags: [17]),                                              .malformed),
    ("of many signers",          Change(tags: [98]),                                              .malformed),
    ("by Ed25519's own number",  Change(protected: .map([member(1, -19)])),                       nil),
    ("by P-256",                 Change(protected: .map([member(1, -7)])),                        .wrongAlgorithm),
    ("by a shared key",          Change(protected: .map([member(1, 5)])),                         .wrongAlgorithm),
    ("by a text",                Change(protected: .map([member(1, "EdDSA")])),                   .wrongAlgorithm),
    ("by nothing",               Change(protected: .map([])),                                     .wrongAlgorithm),
    ("unprotected",              Change(protected: .map([]), unprotected: [member(1, -8)]),       .wrongAlgorithm),
    ("in both headers",          Change(unprotected: [member(1, -8)]),                            .malformed),
    ("that must be understood",  Change(protected: .map([member(1, -8), member(2, [99])])),       .unsupportedHeader),
    ("that must, unprotected",   Change(unprotected: [member(2, [99])]),                          .unsupportedHeader),
    ("with no map for a header", Change(protected: []),                                           .malformed),
    ("by another key",           Change(key: 2),                                                  .wrongSignature),
    ("for another context",      Change(context: "Signature"),                                    .wrongSignature),
    ("with more outside",        Change(outside: [1]),                                            .wrongSignature),
    ("with no map of claims",    Change(claims: ["a"]),                                           .malformed),
    ("with names for labels",    Change(claims: ["sub": "user-1"]),                               .wrongClaim),
    ("for several",              Change(claims: claiming(3, ["x", "https://rpc.example"])),       nil),
    ("for another",              Change(claims: claiming(3, "x")),                                .wrongAudience),
    ("of another",               Change(claims: claiming(1, "x")),                                .wrongIssuer),
    ("without an end",           Change(claims: claiming(4, nil)),                                .wrongClaim),
    ("that ended",               Change(claims: claiming(4, 1_799_999_900)),                      .expired),
    ("that ends at a fraction",  Change(claims: claiming(4, 1_800_000_000.5)),                    nil),
    ("that ends at no number",   Change(claims: claiming(4, .double(.nan))),                      .wrongClaim),
    ("that never ends",          Change(claims: claiming(4, .double(.infinity))),                 .wrongClaim),
    ("that ends beyond numbers", Change(claims: claiming(4, .unsigned(.max))),                    .wrongClaim),
    ("with a tagged end",        Change(claims: claiming(4, .tagged(1, 1_800_000_600))),          .wrongClaim),
    ("not yet",                  Change(claims: claiming(5, 1_800_003_600)),                      .notYetValid),
    ("since no number",          Change(claims: claiming(5, .double(.nan))),                      .wrongClaim),
  ]

  @Test("a token", arguments: rows)
  func judges(_ row: (name: String, change: Change, refusal: SignedTokenRefusal?)) throws {
    #expect(try Self.verdict(try Self.token(row.change)) == row.refusal, "\(row.name)")
  }

  @Test("every flipped bit, every shorter and every longer token is refused")
  func onlyOneForm() throws {
    let token = try Self.token(Change(unprotected: []))
    #expect(try Self.verdict(token) == nil)
    for place in token.indices {
      for bit in 0..<8 {
        var other = token
        other[place] ^= 1 << UInt8(bit)
        #expect(try Self.verdict(other) != nil, "bit \(bit) of byte \(place)")
      }
      #expect(try Self.verdict(Array(token[..<place])) == .malformed, "\(place) bytes")
    }
    #expect(try Self.verdict(token + [0]) == .malformed)
    #expect(
      try Self.verdict([UInt8](repeating: 0xd2, count: CBORWebToken.bytesMax + 1)) == .tooLong)
    #expect(try Self.verdict([UInt8](repeating: 0xd2, count: CBORWebToken.bytesMax)) == .malformed)
  }

  @Test("the shared matrix is judged as it says")
  func sharedMatrix() throws {
    guard let matrix = SharedMatrix("cwt_matrix.json") else { return }
    #expect(matrix.rows.count == 66)
    guard case .text(let key)? = matrix.whole["public_key_hex"] else {
      Issue.record("no key")
      return
    }
    let keys = VerificationKeys(["k1": try PublicKey(ed25519: try Hexadecimal.decode(key))])
    for row in matrix.rows {
      guard case .text(let text)? = row["cwt_hex"] else {
        Issue.record("a row without a token")
        continue
      }
      let token = try Hexadecimal.decode(text)
      var refusal: SignedTokenRefusal?
      do throws(SignedTokenRefusal) {
        _ = try CBORWebToken.claims(
          of: token, keys: keys, policy: Self.policy, at: Self.now)
      } catch {
        refusal = error
      }
      guard case .bool(let expected)? = row["valid"] else { continue }
      #expect((refusal == nil) == expected, "\(row["id"] ?? .null) \(row["name"] ?? .null)")
    }
  }
}
