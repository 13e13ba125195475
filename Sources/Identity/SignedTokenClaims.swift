package import Wire

/// What a signed token says, once it is believed.
package struct SignedTokenClaims: Hashable, Sendable {
  /// Who made it.
  package let issuer: String
  /// Whom it speaks of; never empty.
  package let subject: String
  /// Whom it is meant for.
  package let audiences: [String]
  /// When it ends, in seconds since 1970.
  package let expiresAt: Double
  /// The whole of what it says, by the names of its form.
  package let members: WireValue
}

/// Why a signed token is not believed.
///
/// Callers are never told which it was; operators are.
package enum SignedTokenRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// Longer than any token of ours can be.
  case tooLong = "too-long"
  /// Not the parts, the base64url, the JSON or the CBOR that such a token is made of.
  case malformed
  /// A header member that is not understood and must be, or that names a key itself.
  case unsupportedHeader = "unsupported-header"
  /// A type that is not among those that are taken here (RFC 8725 §3.11).
  case wrongType = "wrong-type"
  /// No key of that name.
  case unknownKey = "unknown-key"
  /// Another algorithm than its key's.
  case wrongAlgorithm = "wrong-algorithm"
  case wrongSignature = "wrong-signature"
  /// A claim that is missing, or of another type.
  case wrongClaim = "wrong-claim"
  case expired
  case notYetValid = "not-yet-valid"
  case wrongIssuer = "wrong-issuer"
  case wrongAudience = "wrong-audience"
}

/// What a token's claims are held against.
package struct SignedTokenPolicy: Sendable {
  package let issuer: String
  package let audience: String
  /// The types that are taken, in lower case without `application/`; none stands for `jwt`.
  package let types: Set<String>
  /// How far clocks may differ, in seconds.
  package let leeway: Double

  package init(issuer: String, audience: String, types: Set<String>, leeway: Double) {
    self.issuer = issuer
    self.audience = audience
    self.types = types
    self.leeway = leeway
  }

  /// The claims, when they hold now; `now` is in seconds since 1970.
  func check(
    _ claims: RegisteredClaims, at now: Double
  ) throws(SignedTokenRefusal) -> SignedTokenClaims {
    guard case .text(let issuer)? = claims.issuer else { throw .wrongClaim }
    guard case .text(let subject)? = claims.subject, !subject.isEmpty else { throw .wrongClaim }
    let audiences = try Self.audiences(claims.audience)
    guard let expiry = claims.expiry else { throw .wrongClaim }
    let expiresAt = try Self.moment(expiry)
    let notBefore = try claims.notBefore.map(Self.moment)
    let issuedAt = try claims.issuedAt.map(Self.moment)
    guard issuer == self.issuer else { throw .wrongIssuer }
    guard audiences.contains(audience) else { throw .wrongAudience }
    guard now < expiresAt + leeway else { throw .expired }
    // What was made in the future was not made by a clock that can be trusted.
    guard max(notBefore ?? now, issuedAt ?? now) <= now + leeway else { throw .notYetValid }
    return SignedTokenClaims(
      issuer: issuer, subject: subject, audiences: audiences, expiresAt: expiresAt,
      members: claims.members)
  }

  private static func audiences(_ value: WireValue?) throws(SignedTokenRefusal) -> [String] {
    switch value {
    case .text(let audience)?: return [audience]
    case .array(let values)?:
      var audiences: [String] = []
      for value in values {
        guard case .text(let audience) = value else { throw .wrongClaim }
        audiences.append(audience)
      }
      return audiences
    default: throw .wrongClaim
    }
  }

  /// A NumericDate (RFC 7519 §2): a finite number that a calendar can hold.
  private static func moment(_ value: WireValue) throws(SignedTokenRefusal) -> Double {
    let seconds: Double
    switch value {
    case .integer(let number): seconds = Double(number)
    case .double(let number): seconds = number
    default: throw .wrongClaim
    }
    // The year 9999; the comparison also refuses what is no number.
    guard abs(seconds) <= 253_402_300_799 else { throw .wrongClaim }
    return seconds
  }
}

/// The claims that every form of token has, as they stand in it.
struct RegisteredClaims {
  let issuer: WireValue?
  let subject: WireValue?
  let audience: WireValue?
  let expiry: WireValue?
  let notBefore: WireValue?
  let issuedAt: WireValue?
  /// All claims.
  let members: WireValue
}
