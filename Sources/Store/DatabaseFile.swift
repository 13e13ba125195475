/// The file of a database; the folder of an ephemeral one goes with the last reference.
final class DatabaseFile: Sendable {
  let path: String
  private let folder: String?
  /// What SQLite appends to the name for the database, its log and the log's index.
  private static let ends = ["", "-wal", "-shm"]

  /// Makes the file (mode 0600) when it is missing: SQLite gives its log the same mode.
  init(_ place: Database.Place) throws(StoreError) {
    switch place {
    case .file(let path):
      self.path = path
      folder = nil
    case .ephemeral(let parent):
      let folder = try Files.makeFolder(in: parent)
      path = "\(folder)/main.db"
      self.folder = folder
    }
    if let status = try Files.status(path) {
      // Opening it here would be a fault: closing any descriptor of a file drops all the locks
      // that SQLite holds on it for this process.
      guard !status.isFolder else { throw .cannotOpen(path: path, .notAFile) }
      // A copy that was put back may have the mode of whatever program made it.
      for end in Self.ends { try Files.closeToOthers(path + end) }
    } else {
      _ = try OpenFile.open(path, for: .keeping)
    }
  }

  deinit {
    guard let folder else { return }
    do throws(StoreError) {
      for end in Self.ends { try Files.remove(path + end) }
      try Files.removeFolder(folder)
    } catch {
      // Nobody is left to be told, and the system clears its folder of temporary files.
    }
  }
}
