extension StoreError: CustomStringConvertible {
  /// What happened and, where the operator can do something, what; not meant for strangers, as it
  /// names paths and columns.
  package var description: String {
    switch self {
    case .busy: "the database is locked by another process"
    case .full: "the disk or the database's page limit is full"
    case .readOnly: "the database cannot be written"
    case .corrupt: "the database is damaged: go back to a copy"
    case .constraint(let constraint): "\(constraint.kind) constraint failed: \(constraint.name)"
    case .newerDatabase(let found, let known):
      "the database has schema \(found), this program knows \(known): use a newer program"
    case .changedMigration(let number):
      "migration \(number) is not the one that was applied to the database"
    case .failedMigration(let number, let cause, let copy):
      "migration \(number) failed (\(cause)) and changed nothing"
        + (copy.map { "; the database as it was is also in \($0)" } ?? "")
    case .copyDiffers(let path): "the copy \(path) does not hold what the database holds"
    case .inUse(let process):
      "the data folder is in use by process \(process.map { "\($0)" } ?? "unknown")"
    case .cannotOpen(let path, let failure): "cannot open \(path): \(failure)"
    case .overloaded(let limit): "\(limit) pieces of work wait already"
    case .closed: "the database is closed"
    case .tooBig: "a value is too long"
    case .unreadable(let column, let expected): "column \(column) holds no \(expected)"
    case .inputOutput(let code): "the disk failed (SQLite code \(code))"
    case .outOfMemory: "memory ran out"
    case .misuse(let message): "wrong statement: \(message)"
    }
  }
}

extension StoreError.OpenFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAFolder: "it is not a folder"
    case .notAFile: "it is not a file"
    case .notFound: "it does not exist"
    case .noPermission: "no permission"
    case .readOnlyFileSystem: "the file system is read-only"
    case .noSpace: "the disk is full"
    case .noWriteAheadLog: "the file system cannot hold a write-ahead log"
    case .notOurs: "it is a database of another program"
    case .writableByOthers(let mode):
      "other users may write there (mode \(String(mode, radix: 8))): chmod it to 700"
    case .system(let number): "system error \(number)"
    }
  }
}
