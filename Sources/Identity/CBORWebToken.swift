internal import Cryptography
package import Wire

/// Tokens in the form of COSE (RFC 9052, RFC 8392), signed by one key of Ed25519.
package enum CBORWebToken {
  /// The longest token that is looked at, in bytes.
  package static let bytesMax = 8192

  /// The claims of a token that one of the keys has signed, when they hold now.
  ///
  /// Every key is tried, whatever the token says of its key: there are few, and a name that chose
  /// one would have to be believed first.
  package static func claims(
    of token: [UInt8], keys: VerificationKeys, policy: SignedTokenPolicy, at now: Double
  ) throws(SignedTokenRefusal) -> SignedTokenClaims {
    guard token.count <= bytesMax else { throw .tooLong }
    let message = try SignedMessage(token)
    let toBeSigned = message.toBeSigned
    guard
      keys.published.contains(where: {
        $0.algorithm == .edDSA && $0.verifies(message.signature.span, of: toBeSigned.span)
      })
    else { throw .wrongSignature }
    let members = try value(message.payload)
    guard case .map = members else { throw .malformed }
    return try policy.check(
      RegisteredClaims(
        issuer: members[label: 1], subject: members[label: 2], audience: members[label: 3],
        expiry: members[label: 4], notBefore: members[label: 5], issuedAt: members[label: 6],
        members: members),
      at: now)
  }

  fileprivate static func value(_ bytes: [UInt8]) throws(SignedTokenRefusal) -> WireValue {
    do throws(DecodeError) {
      return try WireValue(cbor: bytes)
    } catch {
      throw .malformed
    }
  }
}

/// A COSE_Sign1 (RFC 9052 §4.2) whose header says nothing that is not understood.
private struct SignedMessage {
  /// The protected header as it came: it is what was signed, in whatever form.
  let protected: [UInt8]
  let payload: [UInt8]
  let signature: [UInt8]

  private enum Label {
    static let algorithm: Int64 = 1
    static let critical: Int64 = 2
  }

  /// EdDSA, and Ed25519 by its own number (RFC 9864 §2.2).
  private static let algorithms: [WireValue] = [-8, -19]
  /// The tags of a CWT and of the message in it (RFC 8392 §6, RFC 9052 §2).
  private static let (webToken, signedMessage) = (UInt64(61), UInt64(18))

  init(_ token: [UInt8]) throws(SignedTokenRefusal) {
    var item = try CBORWebToken.value(token)
    if case .tagged(Self.webToken, let inner) = item { item = inner }
    guard case .tagged(Self.signedMessage, .array(let parts)) = item, parts.count == 4,
      case .bytes(let protected) = parts[0], case .map(let unprotected) = parts[1],
      case .bytes(let payload) = parts[2], case .bytes(let signature) = parts[3]
    else { throw .malformed }
    self.protected = protected
    self.payload = payload
    self.signature = signature
    let header = try CBORWebToken.value(protected)
    guard case .map(let members) = header else { throw .malformed }
    // RFC 9052 §3: no label stands in both.
    guard members.allSatisfy({ member in !unprotected.contains { $0.key == member.key } }) else {
      throw .malformed
    }
    guard header[label: Label.critical] == nil, parts[1][label: Label.critical] == nil else {
      throw .unsupportedHeader
    }
    guard let algorithm = header[label: Label.algorithm], Self.algorithms.contains(algorithm) else {
      throw .wrongAlgorithm
    }
  }

  /// The Sig_structure without anything from outside (RFC 9052 §4.4).
  var toBeSigned: [UInt8] {
    WireValue.array([
      .text("Signature1"), .bytes(protected), .bytes([]), .bytes(payload),
    ]).cbor()
  }
}

extension WireValue {
  /// The value under a number in a map; nil where there is none.
  package subscript(label label: Int64) -> WireValue? {
    guard case .map(let members) = self else { return nil }
    return members.first { $0.key == .integer(label) }?.value
  }
}
