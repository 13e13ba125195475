/// Makes identifiers that need no coordination.
package protocol IdentifierSource: Sendable {
  /// `prefix` and a lower-case base32 ULID of 26 characters, increasing with time.
  func next(_ prefix: StaticString) -> String
  /// A UUID that sorts by the time of its making.
  func uuid() -> UUIDv7
}
