package import Contract
internal import Cryptography
package import Store
package import Wire

/// Signed tokens that say for a while who has signed in (RFC 9068): made here, and believed here as
/// long as the family that they came of lives.
package struct AccessTokens: Sendable {
  /// How long a token lives, in seconds.
  package let lifetimeSeconds: Int64
  private let issuer: String
  private let keys: SigningKeys

  /// The type of such a token (RFC 9068 §2.1).
  private static let type = "at+jwt"
  /// Whom all of them are for.
  private static let audience = "switchyard"
  /// How far the clocks of servers on one database may differ, in seconds.
  private static let leewaySeconds = 1.0

  /// `issuer` is what the tokens say of where they are from.
  package init(issuer: String, lifetimeSeconds: Int64, keys: SigningKeys) {
    self.issuer = issuer
    self.lifetimeSeconds = lifetimeSeconds
    self.keys = keys
  }

  /// Whom a token is made for.
  package struct Bearer: Hashable, Sendable {
    package let user: String
    package let tenant: String
    package let roles: [String]
    /// The family that the token ends with.
    package let family: String

    package init(user: String, tenant: String, roles: [String], family: String) {
      self.user = user
      self.tenant = tenant
      self.roles = roles
      self.family = family
    }
  }

  /// A token, signed by the newest key.
  package func issue(
    to bearer: Bearer, id: String, now: Timestamp, in transaction: borrowing Transaction
  ) throws(Fault) -> String {
    let key = try keys.current(in: transaction)
    let second = now.milliseconds / 1000
    let claims: WireValue = [
      "iss": .text(issuer), "aud": .text(Self.audience), "sub": .text(bearer.user),
      "sid": .text(bearer.family), "org": .text(bearer.tenant),
      "roles": .array(bearer.roles.map { .text($0) }), "jti": .text(id), "iat": .integer(second),
      "exp": .integer(second + lifetimeSeconds),
    ]
    return JSONWebToken.signed(claims, type: Self.type, by: key.key, named: key.name)
  }

  /// The caller whom a token stands for now; nil for every token that is not believed.
  func caller(
    of token: [UInt8], at now: Timestamp, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> (principal: Principal, end: Timestamp)? {
    let found = try Self.claims(
      of: token, issuer: issuer, lifetimeSeconds: lifetimeSeconds, at: now, in: reader)
    guard case .success(let claims) = found,
      case .text(let family)? = claims.members["sid"],
      case .text(let tenant)? = claims.members["org"],
      try TokenFamily.find(family, in: reader)?.isLive(at: now) == true
    else { return nil }
    let end = Timestamp(milliseconds: Int64(claims.expiresAt * 1000))
    let credential = SessionCredential(family: family, end: end)
    let roles = Roles(claims.members["roles"])
    let principal = Principal(
      kind: .session, id: claims.subject, credential: credential.text,
      permissions: roles.permissions(without: [.read, .write]), organisation: tenant,
      user: roles.isTenantAdministrator ? nil : claims.subject)
    return (principal, end)
  }

  /// What a token says that one of the server's keys has signed, or why it is not believed; whether
  /// its family lives is another question.
  static func claims(
    of token: [UInt8], issuer: String, lifetimeSeconds: Int64, at now: Timestamp,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Result<SignedTokenClaims, SignedTokenRefusal> {
    // What a retired key signed last is dead by then.
    let horizon = Timestamp(
      milliseconds: now.milliseconds - (lifetimeSeconds + Int64(Self.leewaySeconds)) * 1000)
    let keys = try SigningKeys.verifying(since: horizon, in: reader)
    let policy = SignedTokenPolicy(
      issuer: issuer, audience: Self.audience, types: [Self.type], leeway: Self.leewaySeconds)
    do throws(SignedTokenRefusal) {
      return .success(
        try JSONWebToken.claims(
          of: token.span, keys: keys, policy: policy, at: Double(now.milliseconds) / 1000))
    } catch {
      return .failure(error)
    }
  }
}

/// What a stream that a signed token opened ends with: the family, or the token's own end.
struct SessionCredential: Hashable, Sendable {
  /// Empty for a token of another issuer, which ends by itself alone.
  let family: String
  let end: Timestamp

  init(family: String, end: Timestamp) {
    self.family = family
    self.end = end
  }

  /// The credential that is written so; nil for any other text.
  init?(text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let end = Int64(parts[1]) else { return nil }
    family = String(parts[0])
    self.end = Timestamp(milliseconds: end)
  }

  var text: String { "\(family)@\(end.milliseconds)" }
}
