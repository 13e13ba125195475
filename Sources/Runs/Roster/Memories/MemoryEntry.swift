internal import Store

/// A piece of what is remembered, as it goes into the index.
struct MemoryEntry: Sendable {
  /// The memory, and which of its pieces this is, from 0.
  let item: String
  let piece: Int64
  let type: MemoryType
  let organisation: String
  /// Who may find it; nil for everybody of the project.
  let user: String?
  let project: String?
  /// The group on whose blackboard it stands; nil for none.
  let group: String?
  let importance: Double
  let text: String
}

/// What the index does not have yet, and where in its table it stands.
struct MissingEntry: Record {
  let place: Int64
  let entry: MemoryEntry

  init(row: borrowing Row) throws(StoreError) {
    place = try row.integer(0)
    entry = MemoryEntry(
      item: try row.text(1), piece: try row.integer(2), type: try row.choice(3),
      organisation: try row.text(4), user: try row.optionalText(5),
      project: try row.optionalText(6), group: try row.optionalText(7),
      importance: try row.real(8), text: try row.text(9))
  }
}
