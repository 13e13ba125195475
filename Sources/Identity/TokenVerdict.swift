package import Store
package import Wire

/// What the server makes of a token that is presented now, and why; callers are never told, and
/// judging changes nothing.
package struct TokenVerdict: Hashable, Sendable {
  /// What tokens there are.
  package enum Kind: String, Hashable, Sendable {
    case opaque
    case access
    case refresh
  }

  /// What kind of token it is, by its form.
  package let kind: Kind
  /// Why the token is not taken; nil where it is.
  package let reason: Reason?

  private init(_ kind: Kind, _ reason: Reason?) {
    self.kind = kind
    self.reason = reason
  }

  /// The verdict on an opaque token.
  package static func opaque(
    _ text: String, at now: Timestamp, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenVerdict {
    let found = try TokenRecord.find(hash: TokenSecret(text: text).hash, in: reader)
    guard let record = found else { return TokenVerdict(.opaque, .unknown) }
    guard !record.isLive(at: now) else { return TokenVerdict(.opaque, nil) }
    if let moment = record.revokedAt { return TokenVerdict(.opaque, .revoked(at: moment)) }
    return TokenVerdict(.opaque, .expired(at: record.expiresAt ?? now))
  }

  /// The verdict on an access token, of a server whose tokens say `issuer` and live for so long.
  package static func access(
    _ text: String, issuer: String, lifetimeSeconds: Int64, at now: Timestamp,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenVerdict {
    let found = try AccessTokens.claims(
      of: Array(text.utf8), issuer: issuer, lifetimeSeconds: lifetimeSeconds, at: now, in: reader)
    switch found {
    case .failure(let refusal): return TokenVerdict(.access, .refused(refusal))
    case .success(let claims):
      guard case .text(let name)? = claims.members["sid"], case .text? = claims.members["org"]
      else { return TokenVerdict(.access, .refused(.wrongClaim)) }
      guard let family = try TokenFamily.find(name, in: reader) else {
        return TokenVerdict(.access, .sessionUnknown)
      }
      return TokenVerdict(.access, Reason(endOf: family, at: now))
    }
  }

  /// The verdict on a refresh token; the one before the current one is taken within the grace.
  package static func refresh(
    _ text: String, master: MasterKey, graceMilliseconds: Int64, at now: Timestamp,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenVerdict {
    guard let token = RefreshToken(text: text),
      let family = try TokenFamily.find(token.family, in: reader), family.kind == token.kind,
      let key = master.open(family.sealedKey, place: family.id), token.isMade(by: key)
    else { return TokenVerdict(.refresh, .unknown) }
    if let reason = Reason(endOf: family, at: now) { return TokenVerdict(.refresh, reason) }
    switch family.place(of: token.counter, at: now, graceMilliseconds: graceMilliseconds) {
    case .current, .excused: return TokenVerdict(.refresh, nil)
    case .used: return TokenVerdict(.refresh, .used)
    case .toCome: return TokenVerdict(.refresh, .unknown)
    }
  }
}

extension TokenVerdict.Kind {
  /// The kind that a text has the form of; what has no form is read as the server reads it, as an
  /// access token.
  package init(of text: String) {
    if text.hasPrefix(TokenSecret.prefix) {
      self = .opaque
    } else if TokenFamily.Kind.allCases.contains(where: { text.hasPrefix("\($0.prefix).") }) {
      self = .refresh
    } else {
      self = .access
    }
  }
}

extension TokenVerdict {
  /// Why a token is not taken.
  package enum Reason: Hashable, Sendable {
    /// No token of this server.
    case unknown
    case revoked(at: Timestamp)
    case expired(at: Timestamp)
    /// What is wrong with a signed token by itself.
    case refused(SignedTokenRefusal)
    /// A refresh token in whose place others were given: to present it ends the session.
    case used
    case sessionUnknown
    case sessionRevoked(RevokeReason?)
    case sessionExpired(at: Timestamp)

    /// Why the tokens of a session open nothing at `now`; nil where they do.
    init?(endOf family: TokenFamily, at now: Timestamp) {
      guard !family.isLive(at: now) else { return nil }
      switch family.state {
      case .revoked: self = .sessionRevoked(family.revokeReason)
      case .active, .expired: self = .sessionExpired(at: min(family.idleEnd, family.absoluteEnd))
      }
    }

    /// The reason for programs.
    package var name: String {
      switch self {
      case .unknown: "unknown"
      case .revoked: "revoked"
      case .expired: "expired"
      case .refused(let refusal): refusal.rawValue
      case .used: "used"
      case .sessionUnknown: "session-unknown"
      case .sessionRevoked: "session-revoked"
      case .sessionExpired: "session-expired"
      }
    }

    /// When the token or its session ended; nil where that has no moment, or none that is known.
    package var moment: Timestamp? {
      switch self {
      case .revoked(let moment), .expired(let moment), .sessionExpired(let moment): moment
      case .unknown, .refused, .used, .sessionUnknown, .sessionRevoked: nil
      }
    }

    /// Why the session ended before its time; nil where it did not.
    package var cause: RevokeReason? {
      if case .sessionRevoked(let cause) = self { cause } else { nil }
    }
  }
}

extension TokenVerdict.Reason: CustomStringConvertible {
  /// The reason for people.
  package var description: String {
    let since = moment.map { " at \($0.text)" } ?? ""
    let because = cause.map { " (\($0.rawValue))" } ?? ""
    return name + since + because
  }
}
