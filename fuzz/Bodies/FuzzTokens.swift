import Cryptography
import Identity
import Wire

/// The key that signed the tokens of the corpora, and what they are held against.
private enum Believed {
  static let seed = [UInt8](repeating: 1, count: 32)
  static let now = 1_800_000_000.0
  static let policy = SignedTokenPolicy(
    issuer: "https://issuer.example", audience: "https://rpc.example", types: ["jwt", "at+jwt"],
    leeway: 30)

  static func key() throws(BrokenProperty) -> PrivateKey {
    do throws(PublicKey.Refusal) {
      return try PrivateKey(seed: seed)
    } catch {
      throw BrokenProperty("a seed is a key")
    }
  }
}

/// Tokens of JOSE: nothing is believed but what the key has signed, in the one form that it has.
@Sendable
func fuzzJSONWebToken(_ bytes: [UInt8]) throws(BrokenProperty) {
  let key = try Believed.key()
  let keys = VerificationKeys(["k1": key.publicKey])
  func claims(at now: Double) -> SignedTokenClaims? {
    do throws(SignedTokenRefusal) {
      return try JSONWebToken.claims(of: bytes.span, keys: keys, policy: Believed.policy, at: now)
    } catch {
      return nil
    }
  }
  guard let believed = claims(at: Believed.now) else { return }
  try check(believed, later: claims(at: believed.expiresAt + 31))
  guard let end = bytes.lastIndex(of: UInt8(ascii: ".")) else {
    throw BrokenProperty("a token has parts")
  }
  let signature = Base64URL.text(key.signature(of: Array(bytes[..<end]).span))
  try hold(
    signature.utf8.elementsEqual(bytes[(end + 1)...]), "only the key's own signature is believed")
}

/// Tokens of COSE: the same.
@Sendable
func fuzzCBORWebToken(_ bytes: [UInt8]) throws(BrokenProperty) {
  let keys = VerificationKeys(["k1": try Believed.key().publicKey])
  func claims(of bytes: [UInt8], at now: Double) -> SignedTokenClaims? {
    do throws(SignedTokenRefusal) {
      return try CBORWebToken.claims(of: bytes, keys: keys, policy: Believed.policy, at: now)
    } catch {
      return nil
    }
  }
  guard let believed = claims(of: bytes, at: Believed.now) else { return }
  try check(believed, later: claims(of: bytes, at: believed.expiresAt + 31))
  try hold(claims(of: bytes + [0], at: Believed.now) == nil, "nothing stands behind a token")
  try hold(
    claims(of: Array(bytes.dropLast()), at: Believed.now) == nil, "no part of a token is one")
}

private func check(
  _ believed: SignedTokenClaims, later: SignedTokenClaims?
) throws(BrokenProperty) {
  try hold(!believed.subject.isEmpty, "a token speaks of somebody")
  try hold(believed.issuer == Believed.policy.issuer, "a token is its issuer's")
  try hold(believed.audiences.contains(Believed.policy.audience), "a token is for its audience")
  try hold(later == nil, "no token is believed for ever")
}
