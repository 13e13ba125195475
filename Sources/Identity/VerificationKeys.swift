package import Cryptography
package import Wire

/// The keys that tokens are verified by, each with its name.
package struct VerificationKeys: Sendable {
  private let keys: [String: VerificationKey]

  /// The keys by their names.
  package init(_ keys: [String: PublicKey]) { self.keys = keys.mapValues { .published($0) } }

  /// How many there are.
  var count: Int { keys.count }

  /// Every key that is no secret, in no order.
  var published: [PublicKey] {
    keys.values.compactMap { key in if case .published(let key) = key { key } else { nil } }
  }

  /// The key of that name; where a token names none, the only one there is.
  func key(named name: String?) -> VerificationKey? {
    guard let name else { return keys.count == 1 ? keys.first?.value : nil }
    return keys[name]
  }

  /// Why a key set cannot be used.
  package enum Refusal: Error, Hashable, Sendable {
    case malformed
    /// A key without a name beside others.
    case nameless
    case duplicate(String)
    /// A key of that name whose numbers make none, or that is for another use.
    case unusable(String)
  }

  /// The keys of a set (RFC 7517 §5); keys of kinds that are not verified here are passed over, as
  /// §5 asks, and so are secrets unless they are allowed: a set from elsewhere must not hold any.
  package init(
    jsonWebKeySet set: WireValue, allowingSecrets: Bool = false
  ) throws(Refusal) {
    guard case .array(let members)? = set["keys"] else { throw .malformed }
    var keys: [String: VerificationKey] = [:]
    for member in members {
      guard case .map = member else { throw .malformed }
      var name = ""
      if case .text(let text)? = member["kid"] { name = text }
      guard let key = try Self.key(member, name, allowingSecrets) else { continue }
      guard !name.isEmpty || members.count == 1 else { throw .nameless }
      guard keys.updateValue(key, forKey: name) == nil else { throw .duplicate(name) }
    }
    self.keys = keys
  }

  private static func key(
    _ member: WireValue, _ name: String, _ allowingSecrets: Bool
  ) throws(Refusal) -> VerificationKey? {
    if let use = member["use"], use != "sig" { return nil }
    let key: VerificationKey
    do throws(PublicKey.Refusal) {
      switch (member["kty"], member["crv"]) {
      case ("OKP", "Ed25519"): key = .published(try PublicKey(ed25519: try bytes(member["x"])))
      case ("EC", "P-256"):
        key = .published(
          try PublicKey(p256: try bytes(member["x"]), try bytes(member["y"])))
      case ("RSA", _):
        key = .published(
          try PublicKey(rsaModulus: try bytes(member["n"]), exponent: try bytes(member["e"])))
      case ("oct", _) where allowingSecrets:
        let secret = try bytes(member["k"])
        guard secret.count >= VerificationKey.secretBytesMin else {
          throw .wrongLength(secret.count)
        }
        key = .shared(secret)
      default: return nil
      }
    } catch {
      throw .unusable(name)
    }
    // A key that is for another algorithm is not for this one (RFC 7517 §4.4).
    guard member["alg"].map({ $0 == .text(key.algorithm) }) ?? true else { return nil }
    return key
  }

  private static func bytes(_ value: WireValue?) throws(PublicKey.Refusal) -> [UInt8] {
    guard case .text(let text)? = value, let bytes = Base64URL.bytes(Array(text.utf8)) else {
      throw .notAKey
    }
    return bytes
  }
}
