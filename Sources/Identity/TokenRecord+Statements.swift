internal import Contract
package import Store
package import Wire

/// The statements on tokens.
extension TokenRecord {
  /// Keeps a new token under its secret's hash.
  package func insert(
    _ secret: TokenSecret, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO tokens (id, hash, name, permissions, org_id, user_id, project_id, created_at,
        expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """, .text(id), .blob(secret.hash), .text(name),
      .text(permissions.map(\.rawValue).sorted().joined(separator: " ")),
      .optional(organisation), .optional(user), .optional(project),
      .integer(createdAt.milliseconds), .optional(expiresAt?.milliseconds))
  }

  /// The token with this secret's hash.
  package static func find(
    hash: [UInt8], in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenRecord? {
    try reader.first(
      TokenRecord.self,
      """
      SELECT id, name, permissions, org_id, user_id, project_id, created_at, expires_at, revoked_at
      FROM tokens WHERE hash = ?1
      """, .blob(hash))
  }

  /// The token with this id.
  package static func find(
    id: String, in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> TokenRecord? {
    try reader.first(
      TokenRecord.self,
      """
      SELECT id, name, permissions, org_id, user_id, project_id, created_at, expires_at, revoked_at
      FROM tokens WHERE id = ?1
      """, .text(id))
  }

  /// Ends the token; false when there is none with this id that is not ended yet.
  package static func revoke(
    id: String, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) -> Bool {
    try transaction.execute(
      "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", .text(id),
      .integer(now.milliseconds)) == 1
  }

  /// Ends every token that speaks for that user.
  package static func revokeAll(
    ofUser user: String, at now: Timestamp, in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      "UPDATE tokens SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL", .text(user),
      .integer(now.milliseconds))
  }
}
