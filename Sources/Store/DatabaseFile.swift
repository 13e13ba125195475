/// The file of a database; the folder of an ephemeral one goes with the last reference.
final class DatabaseFile: Sendable {
  let path: String
  private let folder: String?

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
    } else {
      _ = try OpenFile.open(path, for: .keeping)
    }
  }

  deinit {
    guard let folder else { return }
    do throws(StoreError) {
      for end in ["", "-wal", "-shm"] { try Files.remove(path + end) }
      try Files.removeFolder(folder)
    } catch {
      // Nobody is left to be told, and the system clears its folder of temporary files.
    }
  }
}
