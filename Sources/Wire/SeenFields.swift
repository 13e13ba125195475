/// The fields of one record that were read so far.
package struct SeenFields: Sendable {
  /// One bit for each field: the generator refuses a record with more than 64.
  private var bits: UInt64 = 0
  /// The index behind the field that came last, 0 when none came.
  fileprivate var next = 0

  /// No field.
  package init() {}

  /// Notes a field; false when it was noted before.
  @inline(__always)
  fileprivate mutating func insert(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: index)
    guard bits & bit == 0 else { return false }
    bits |= bit
    next = index + 1
    return true
  }
}

extension Source {
  /// The next field of a record, noted in `seen`; refuses one that is noted there already.
  package mutating func nextField(
    _ table: FieldTable, seen: inout SeenFields
  ) throws(DecodeError) -> Int? {
    guard let index = try nextField(table, next: seen.next) else { return nil }
    guard seen.insert(index) else { throw table.duplicate(index, at: keyOffset) }
    return index
  }
}
