/// One step of the schema: rows are numbered through the whole program and only ever appended.
///
/// Foreign keys are not enforced while steps run, so that tables can be rebuilt; they are checked
/// as a whole before the commit.
package struct Migration: Sendable {
  /// The step's number, from 1 up.
  package let number: Int
  /// What the step is for, in a few words.
  package let summary: String
  let statements: [StaticString]

  /// A step that runs `statements` in order.
  package init(_ number: Int, _ summary: String, _ statements: StaticString...) {
    self.number = number
    self.summary = summary
    self.statements = statements
  }

  /// What is wrong with a list of steps, each in a sentence; empty when it can be used.
  package static func problems(_ rows: [Migration]) -> [String] {
    zip(rows.indices, rows).compactMap { index, row in
      let previous = index == 0 ? 0 : rows[index - 1].number
      return row.number > previous ? nil : "migration \(row.number) comes after \(previous)"
    }
  }

  /// FNV-1a of the statements: enough to notice an edit, and not meant against forgery.
  var digest: Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for statement in statements {
      statement.description.utf8.forEach(add)
      add(0)
    }
    return Int64(bitPattern: hash)
  }
}

/// What opening a database did to its schema.
package struct Upgrade: Hashable, Sendable {
  /// The highest step before, 0 for a new database.
  package let from: Int
  /// The highest step now.
  package let to: Int
  /// The verified copy of the database as it was; nil when it was new or nothing was to do.
  package let copy: String?
}
