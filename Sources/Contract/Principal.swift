/// Who is calling, as a credential proved it.
///
/// An object, because it goes through the whole pipeline of every request unchanged.
package final class Principal: Hashable, Sendable {
  /// How the caller came to be known.
  package enum Kind: String, Hashable, Sendable {
    /// No credential was given and none was needed.
    case anonymous
    /// An opaque bearer token.
    case token
    /// A signed token of somebody who has signed in.
    case session
    /// Authentication is switched off on this (loopback) server.
    case unchecked
  }

  /// How the caller came to be known.
  package let kind: Kind
  /// A stable id for logs, idempotency and limits; never the secret.
  package let id: String
  /// What the caller showed, as its authenticator knows it again; streams end with it.
  package let credential: String
  /// What the caller may do anywhere.
  package let permissions: Set<Permission>
  /// The only organisation, user and project that the caller may name; nil where any may be named.
  package let organisation: String?
  package let user: String?
  package let project: String?

  package init(
    kind: Kind, id: String, credential: String? = nil, permissions: Set<Permission>,
    organisation: String? = nil, user: String? = nil, project: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.credential = credential ?? id
    self.permissions = permissions
    self.organisation = organisation
    self.user = user
    self.project = project
  }

  package static func == (left: Principal, right: Principal) -> Bool {
    left === right
      || left.kind == right.kind && left.id == right.id && left.credential == right.credential
        && left.permissions == right.permissions
        && left.organisation == right.organisation && left.user == right.user
        && left.project == right.project
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(id)
  }

  /// A caller without a credential, who may use open rows only.
  package static let anonymous = Principal(kind: .anonymous, id: "anonymous", permissions: [])
}

/// What a credential allows.
package enum Permission: String, CaseIterable, Hashable, Sendable {
  case read
  case write
  case admin
}
