package import Contract
package import Store
package import Wire

/// What the store knows of a token.
package struct TokenRecord: Record, Hashable, Sendable {
  package let id: String
  package let name: String
  package let permissions: Set<Permission>
  package let organisation: String?
  package let user: String?
  package let project: String?
  package let createdAt: Timestamp
  package let expiresAt: Timestamp?
  package let revokedAt: Timestamp?

  package init(
    id: String, name: String, permissions: Set<Permission>, organisation: String?, user: String?,
    project: String?, createdAt: Timestamp, expiresAt: Timestamp?
  ) {
    self.id = id
    self.name = name
    self.permissions = permissions
    self.organisation = organisation
    self.user = user
    self.project = project
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    revokedAt = nil
  }

  package init(row: borrowing Row) throws(StoreError) {
    id = try row.text(0)
    name = try row.text(1)
    permissions = Set(
      try row.text(2).split(separator: " ").compactMap { Permission(rawValue: String($0)) })
    organisation = try row.optionalText(3)
    user = try row.optionalText(4)
    project = try row.optionalText(5)
    createdAt = Timestamp(milliseconds: try row.integer(6))
    expiresAt = try row.optionalInteger(7).map { Timestamp(milliseconds: $0) }
    revokedAt = try row.optionalInteger(8).map { Timestamp(milliseconds: $0) }
  }

  /// Whether the token opens anything at `now`.
  package func isLive(at now: Timestamp) -> Bool {
    revokedAt == nil && expiresAt.map { now < $0 } ?? true
  }

  /// The caller that the token stands for.
  package var principal: Principal {
    Principal(
      kind: .token, id: id, permissions: permissions, organisation: organisation, user: user,
      project: project)
  }
}
