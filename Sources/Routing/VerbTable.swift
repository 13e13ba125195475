import Contract

/// Finds verbs by their names, which are upper case and have no other spelling (RFC 9110 §9.1).
enum VerbTable {
  /// The verb whose name stands in `range`; nil for methods that the interface does not know.
  static func verb(_ head: borrowing FieldSection, _ range: Range<Int>) -> Verb? {
    guard range.count < 8 else { return nil }
    var word = mark
    for index in range { word = word << 8 | UInt64(head.bytes[index]) }
    for row in rows where row.word == word { return row.verb }
    return nil
  }

  /// Stands in front of a name in its number, so that a name of another length is another number.
  private static let mark: UInt64 = 1

  /// Names as one number each.
  private static let rows: [(word: UInt64, verb: Verb)] = Verb.allCases.map { verb in
    (verb.rawValue.utf8.reduce(mark) { $0 << 8 | UInt64($1) }, verb)
  }
}
