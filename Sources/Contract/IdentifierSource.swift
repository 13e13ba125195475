/// Makes identifiers that need no coordination.
package protocol IdentifierSource: Sendable {
  /// `prefix` and a lower-case base32 ULID of 26 characters, increasing with time.
  func next(_ prefix: StaticString) -> String
  /// A UUID of version 7 (RFC 9562 §5.7), in text.
  func uuid() -> String
}
