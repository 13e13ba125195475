package import Cryptography
package import Wire

/// The keys that tokens are verified by, each with its name.
package struct VerificationKeys: Sendable {
  private let keys: [String: PublicKey]

  /// The keys by their names.
  package init(_ keys: [String: PublicKey]) { self.keys = keys }

  /// Every key, in no order.
  var all: some Collection<PublicKey> { keys.values }

  /// The key of that name; where a token names none, the only one there is.
  func key(named name: String?) -> PublicKey? {
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
  /// §5 asks.
  package init(jsonWebKeySet set: WireValue) throws(Refusal) {
    guard case .array(let members)? = set["keys"] else { throw .malformed }
    var keys: [String: PublicKey] = [:]
    for member in members {
      guard case .map = member else { throw .malformed }
      var name = ""
      if case .text(let text)? = member["kid"] { name = text }
      guard let key = try Self.key(member, name) else { continue }
      guard !name.isEmpty || members.count == 1 else { throw .nameless }
      guard keys.updateValue(key, forKey: name) == nil else { throw .duplicate(name) }
    }
    self.keys = keys
  }

  private static func key(_ member: WireValue, _ name: String) throws(Refusal) -> PublicKey? {
    if let use = member["use"], use != "sig" { return nil }
    let key: PublicKey
    do throws(PublicKey.Refusal) {
      switch (member["kty"], member["crv"]) {
      case ("OKP", "Ed25519"): key = try PublicKey(ed25519: try bytes(member["x"]))
      case ("EC", "P-256"):
        key = try PublicKey(p256: try bytes(member["x"]), try bytes(member["y"]))
      case ("RSA", _):
        key = try PublicKey(
          rsaModulus: try bytes(member["n"]), exponent: try bytes(member["e"]))
      default: return nil
      }
    } catch {
      throw .unusable(name)
    }
    // A key that is for another algorithm is not for this one (RFC 7517 §4.4).
    guard member["alg"].map({ $0 == .text(key.algorithm.rawValue) }) ?? true else { return nil }
    return key
  }

  private static func bytes(_ value: WireValue?) throws(PublicKey.Refusal) -> [UInt8] {
    guard case .text(let text)? = value, let bytes = Base64URL.bytes(Array(text.utf8)) else {
      throw .notAKey
    }
    return bytes
  }
}
