internal import Contract
internal import Wire

/// Others whose signed tokens are believed here, as the operator says: by whom, for whom, by which
/// keys.
///
/// Nothing is fetched: keys that a token or a network names are never asked for.
package struct ForeignIssuers: Sendable {
  private struct Issuer: Sendable {
    let policy: SignedTokenPolicy
    let keys: VerificationKeys
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

  private init(issuers: [Issuer]) { self.issuers = issuers }

  /// Those of `{"issuers":[{"issuer","audience","tenants":[…],"tenant_claim"?,"keys":{…}}]}`.
  ///
  /// `keys` is a JSON Web Key Set (RFC 7517 §5) that may hold secrets for HS256.
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
    guard let set = row["keys"] else {
      throw Refusal(description: "issuers[\(index)]: there are no `keys`")
    }
    let keys: VerificationKeys
    do throws(VerificationKeys.Refusal) {
      keys = try VerificationKeys(jsonWebKeySet: set, allowingSecrets: true)
    } catch {
      throw Refusal(description: "issuers[\(index)]: the keys cannot be used: \(error)")
    }
    return Issuer(
      policy: SignedTokenPolicy(
        issuer: try text("issuer"), audience: try text("audience"), types: types,
        leeway: leewaySeconds),
      keys: keys, tenantClaim: row["tenant_claim"] == nil ? "org" : try text("tenant_claim"),
      tenants: try tenants(row["tenants"], index))
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
          of: token.span, keys: issuer.keys, policy: issuer.policy,
          at: Double(now.milliseconds) / 1000)
      } catch {
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
