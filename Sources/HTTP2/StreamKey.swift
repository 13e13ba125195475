/// Names one stream of one connection for as long as the connection lives; never used twice.
///
/// A key whose stream has closed is harmless: every call with it does nothing.
package struct StreamKey: Hashable, Sendable {
  let index: UInt32
  let generation: UInt32

  /// A number that no other open stream of the connection has, and that is below the count of
  /// streams that were open at once: for a table of one's own.
  package var place: Int { Int(index) }
}
