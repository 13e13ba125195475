/// Why the store did not do what was asked; the facts only, `description` makes the text.
package enum StoreError: Error, Hashable, Sendable {
  /// Another process held the write lock for longer than the busy timeout.
  case busy
  /// The disk, or the page limit of the database, is full.
  case full
  /// The file, or the connection, does not take writes.
  case readOnly
  /// A page is damaged, or the file is no database.
  case corrupt
  /// A row breaks a constraint of its table.
  case constraint(Constraint)
  /// The database has a migration that this binary does not know.
  case newerDatabase(found: Int, known: Int)
  /// A migration is not the one that was applied under its number.
  case changedMigration(number: Int)
  /// A migration failed and nothing was changed; `copy` is the database as it was before.
  indirect case failedMigration(number: Int, cause: StoreError, copy: String?)
  /// The copy made before a migration does not hold what the database holds.
  case copyDiffers(path: String)
  /// Another process has locked the data folder.
  case inUse(by: Int32?)
  /// A file or folder of the store could not be opened or written.
  case cannotOpen(path: String, OpenFailure)
  /// The queue is full: the caller has to slow down.
  case overloaded(limit: Int)
  /// The database was closed before the work was taken up.
  case closed
  /// A value, a row or a file is longer than the store takes.
  case tooBig
  /// A stored value is not of the kind its reader expects.
  case unreadable(column: Int, expected: ColumnKind)
  /// The disk failed; `code` is SQLite's extended result code.
  case inputOutput(code: Int32)
  /// Memory ran out.
  case outOfMemory
  /// A statement is wrong; the message is SQLite's and is not meant for strangers.
  case misuse(String)

  /// The constraint that refused a row.
  package struct Constraint: Hashable, Sendable {
    /// What the constraint demands.
    package let kind: Kind
    /// The columns (`table.column, …`) or the constraint's name; empty for foreign keys.
    package let name: String

    /// The kinds of constraints.
    package enum Kind: Hashable, Sendable {
      case check, foreignKey, notNull, primaryKey, trigger, type, unique
    }
  }

  /// What kept a file or folder from being opened.
  package enum OpenFailure: Hashable, Sendable {
    case notAFolder, notAFile, notFound, noPermission, readOnlyFileSystem, noSpace
    /// The file system cannot hold a write-ahead log.
    case noWriteAheadLog
    /// The file is a database without our migrations.
    case notOurs
    /// Users other than the owner may write there; `mode` holds the permission bits.
    case writableByOthers(mode: UInt32)
    /// Another failure of the system, by its `errno`.
    case system(errno: Int32)
  }

  /// The kinds of values a column holds.
  package enum ColumnKind: Hashable, Sendable {
    case blob, integer, null, real, text
  }
}

/// An error type that can carry a failure of the store, so that a closure throws one type.
package protocol StoreFailing: Error {
  /// The failure of the store, in the words of this type.
  init(_ error: StoreError)
}

extension StoreError: StoreFailing {
  package init(_ error: StoreError) { self = error }
}

extension StoreFailing {
  /// What `work` gives; its failures become failures of this type.
  package static func translating<T>(
    _ work: () throws(StoreError) -> T
  ) throws(Self) -> T {
    do throws(StoreError) { return try work() } catch { throw Self(error) }
  }
}
