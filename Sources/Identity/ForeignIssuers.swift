internal import Contract
internal import Store
internal import Wire

/// Others whose signed tokens are believed here, as the operator says: by whom, for whom, by which
/// keys.
///
/// Keys that a token names are never asked for, only those that the operator named.
package struct ForeignIssuers: Sendable {
  private struct Issuer: Sendable {
    let policy: SignedTokenPolicy
    let keys: IssuerKeys
    /// The claim that names the caller's tenant.
    let tenantClaim: String
    /// The tenants that it may speak for.
    let tenants: Set<String>
  }

  /// What is wrong with the operator's word, in a sentence.
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  private let issuers: [Issuer]

  /// Believes nobody else.
  package static let none = ForeignIssuers(issuers: [])

  /// How far the clocks of others may differ, in seconds.
  private static let leewaySeconds = 30.0
  /// The types that others give such tokens; none stands for `jwt`.
  private static let types: Set<String> = ["jwt", "at+jwt"]

  /// The keys that are published somewhere.
  package var published: [IssuerKeys] { issuers.map(\.keys).filter { $0.place != nil } }

  private init(issuers: [Issuer]) { self.issuers = issuers }

  /// Those of `{"issuers":[{"issuer","audience","tenants":[…],"tenant_claim"?,"keys":{…}}]}`.
  ///
  /// `keys` is a JSON Web Key Set (RFC 7517 §5) that may hold secrets for HS256; in its place
  /// `jwks_uri` says where one is published, and `jwks_authority` by which certificates that server
  /// is known.
  package init(json: [UInt8]) throws(Refusal) {
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: json)
    } catch {
      throw Refusal(description: "no JSON: \(error.message) at byte \(error.offset ?? 0)")
    }
    guard case .array(let rows)? = value["issuers"] else {
      throw Refusal(description: "there is no list `issuers`")
    }
    var issuers: [Issuer] = []
    for (index, row) in rows.enumerated() { issuers.append(try Self.issuer(row, index)) }
    let names = issuers.map(\.policy.issuer)
    guard Set(names).count == names.count else {
      throw Refusal(description: "an issuer is there twice")
    }
    self.issuers = issuers
  }

  private static func issuer(_ row: WireValue, _ index: Int) throws(Refusal) -> Issuer {
    func text(_ name: String) throws(Refusal) -> String {
      guard case .text(let text)? = row[name], !text.isEmpty else {
        throw Refusal(description: "issuers[\(index)]: `\(name)` is no text")
      }
      return text
    }
    let issuer = try text("issuer")
    return Issuer(
      policy: SignedTokenPolicy(
        issuer: issuer, audience: try text("audience"), types: types,
        leeway: leewaySeconds),
      keys: try keys(of: issuer, row, index),
      tenantClaim: row["tenant_claim"] == nil ? "org" : try text("tenant_claim"),
      tenants: try tenants(row["tenants"], index))
  }

  private static func keys(
    of issuer: String, _ row: WireValue, _ index: Int
  ) throws(Refusal) -> IssuerKeys {
    switch (row["keys"], row["jwks_uri"]) {
    case (let set?, nil):
      do throws(VerificationKeys.Refusal) {
        return IssuerKeys(
          of: issuer, given: try VerificationKeys(jsonWebKeySet: set, allowingSecrets: true))
      } catch {
        throw Refusal(description: "issuers[\(index)]: the keys cannot be used: \(error)")
      }
    case (nil, .text(let url)?):
      let authority: String?
      switch row["jwks_authority"] {
      case nil: authority = nil
      case .text(let path)? where !path.isEmpty: authority = path
      default: throw Refusal(description: "issuers[\(index)]: `jwks_authority` is no text")
      }
      guard let place = IssuerKeys.Place(url: url, authority: authority) else {
        throw Refusal(description: "issuers[\(index)]: `jwks_uri` is no address of https")
      }
      return IssuerKeys(of: issuer, publishedAt: place)
    default:
      throw Refusal(
        description: "issuers[\(index)]: there must be `keys` or a text `jwks_uri`, not both")
    }
  }

  private static func tenants(_ value: WireValue?, _ index: Int) throws(Refusal) -> Set<String> {
    guard case .array(let values)? = value, !values.isEmpty else {
      throw Refusal(description: "issuers[\(index)]: `tenants` is no list of those it speaks for")
    }
    var tenants: Set<String> = []
    for value in values {
      guard case .text(let tenant) = value, isName(tenant) else {
        throw Refusal(description: "issuers[\(index)]: `tenants` holds what is no tenant")
      }
      tenants.insert(tenant)
    }
    return tenants
  }

  /// Whether a text can stand in the fields that name tenants and users.
  private static func isName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }

  /// The caller whom somebody else's token stands for; nil for every token that is not believed.
  func caller(of token: [UInt8], at now: Timestamp) -> (principal: Principal, end: Timestamp)? {
    for issuer in issuers {
      let claims: SignedTokenClaims
      do throws(SignedTokenRefusal) {
        claims = try JSONWebToken.claims(
          of: token.span, keys: issuer.keys.known, policy: issuer.policy,
          at: Double(now.milliseconds) / 1000)
      } catch {
        if error == .unknownKey { issuer.keys.wanted.ring() }
        continue
      }
      guard case .text(let tenant)? = claims.members[issuer.tenantClaim],
        issuer.tenants.contains(tenant), Self.isName(claims.subject)
      else { return nil }
      let end = Timestamp(milliseconds: Int64(claims.expiresAt * 1000))
      let roles = Roles(claims.members["roles"])
      // Two issuers may call two people by one name.
      let principal = Principal(
        kind: .session, id: "\(claims.issuer)#\(claims.subject)",
        credential: SessionCredential(family: "", end: end).text,
        // What this server is asked about all of its users is not others' to allow.
        permissions: roles.permissions(without: []).subtracting([.admin]), organisation: tenant,
        user: roles.isTenantAdministrator ? nil : claims.subject)
      return (principal, end)
    }
    return nil
  }
}
