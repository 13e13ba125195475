package import Cryptography
package import Wire

/// Tokens in the compact form of JOSE (RFC 7515, RFC 7519), of which only signed ones are taken.
package enum JSONWebToken {
  /// The longest token that is looked at, in bytes.
  package static let bytesMax = 8192

  /// The claims of a token that one of the keys has signed, when they hold now.
  package static func claims(
    of token: Span<UInt8>, keys: VerificationKeys, policy: SignedTokenPolicy, at now: Double
  ) throws(SignedTokenRefusal) -> SignedTokenClaims {
    guard token.count <= bytesMax else { throw .tooLong }
    let parts = try Parts(token)
    let header = try Header(try object(parts.header))
    guard policy.types.contains(header.type) else { throw .wrongType }
    guard let key = keys.key(named: header.keyID) else { throw .unknownKey }
    guard key.algorithm == header.algorithm else { throw .wrongAlgorithm }
    guard key.verifies(parts.signature.span, of: token.extracting(..<parts.signedCount)) else {
      throw .wrongSignature
    }
    let members = try object(parts.payload)
    return try policy.check(
      RegisteredClaims(
        issuer: members["iss"], subject: members["sub"], audience: members["aud"],
        expiry: members["exp"], notBefore: members["nbf"], issuedAt: members["iat"],
        members: members),
      at: now)
  }

  /// A token of these claims, signed by the key that others know by that name.
  package static func signed(
    _ claims: WireValue, type: String, by key: PrivateKey, named keyID: String
  ) -> String {
    let header: WireValue = [
      "alg": .text(key.publicKey.algorithm.rawValue), "typ": .text(type), "kid": .text(keyID),
    ]
    let signed = Base64URL.text(header.json()) + "." + Base64URL.text(claims.json())
    let signature = key.signature(of: Array(signed.utf8).span)
    return signed + "." + Base64URL.text(signature)
  }

  private static func object(_ bytes: [UInt8]) throws(SignedTokenRefusal) -> WireValue {
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: bytes)
    } catch {
      throw .malformed
    }
    guard case .map = value else { throw .malformed }
    return value
  }
}

/// The three parts of a compact token, decoded.
private struct Parts {
  let header: [UInt8]
  let payload: [UInt8]
  let signature: [UInt8]
  /// Bytes of the text that was signed.
  let signedCount: Int

  init(_ token: Span<UInt8>) throws(SignedTokenRefusal) {
    let dots = token.indices.filter { token[$0] == UInt8(ascii: ".") }
    guard dots.count == 2 else { throw .malformed }
    signedCount = dots[1]
    header = try Self.bytes(token.extracting(..<dots[0]))
    payload = try Self.bytes(token.extracting((dots[0] + 1)..<dots[1]))
    signature = try Self.bytes(token.extracting((dots[1] + 1)...))
  }

  private static func bytes(_ text: Span<UInt8>) throws(SignedTokenRefusal) -> [UInt8] {
    guard let bytes = Base64URL.bytes(text) else { throw .malformed }
    return bytes
  }
}

/// What a token says of its signature, before it is believed.
private struct Header {
  let algorithm: String
  let keyID: String?
  /// In lower case, without `application/` (RFC 7515 §4.1.9).
  let type: String

  /// Members that change what a token means, or that name a key by themselves: a token that has one
  /// was made for somebody else (RFC 8725 §3.5, §3.10).
  private static let refused = [
    "crit", "b64", "zip", "cty", "enc", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256",
  ]

  init(_ header: WireValue) throws(SignedTokenRefusal) {
    guard Self.refused.allSatisfy({ header[$0] == nil }) else { throw .unsupportedHeader }
    guard case .text(let algorithm)? = header["alg"] else { throw .malformed }
    self.algorithm = algorithm
    keyID = try Self.text(header["kid"])
    let type = (try Self.text(header["typ"]) ?? "JWT").lowercased()
    self.type =
      type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
  }

  private static func text(_ value: WireValue?) throws(SignedTokenRefusal) -> String? {
    switch value {
    case nil: return nil
    case .text(let text)?: return text
    default: throw .malformed
    }
  }
}
