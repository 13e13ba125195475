/// Who is calling, as a credential proved it.
package struct Principal: Hashable, Sendable {
  /// How the caller came to be known.
  package enum Kind: String, Hashable, Sendable {
    /// No credential was given and none was needed.
    case anonymous
    /// An opaque bearer token.
    case token
    /// Authentication is switched off on this (loopback) server.
    case unchecked
  }

  /// How the caller came to be known.
  package let kind: Kind
  /// A stable id for logs, idempotency and limits; never the secret.
  package let id: String
  /// What the caller may do anywhere.
  package let permissions: Set<Permission>
  /// The only organisation, user and project that the caller may name; nil where any may be named.
  package let organisation: String?
  package let user: String?
  package let project: String?

  package init(
    kind: Kind, id: String, permissions: Set<Permission>, organisation: String? = nil,
    user: String? = nil, project: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.permissions = permissions
    self.organisation = organisation
    self.user = user
    self.project = project
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
