/// The folder that holds everything the server keeps: database, tokens, certificates.
package struct DataFolder: ~Copyable, Sendable {
  /// Where it is.
  package let path: String
  /// The file whose lock this value holds; nil for a command beside a running server.
  private let lock: OpenFile?

  /// Who may read a file of the folder, as far as the process's umask lets.
  package enum Readers: Sendable {
    /// The owner alone (mode 0600).
    case owner
    /// Every user (mode 0644), for what is no secret.
    case everybody
  }

  /// Makes the folder (mode 0711, or 0700 for its owner alone) unless it is there, checks that it
  /// can be written and that no other user may, and locks it until the value goes; throws `inUse`
  /// with the holder's process.
  package static func lock(
    _ path: String, passableBy readers: Readers = .everybody
  ) throws(StoreError) -> DataFolder {
    try makeFolders(path, passableBy: readers)
    try check(path)
    let name = "\(path)/lock"
    let file = try OpenFile.open(name, for: .keeping)
    guard try file.tryLock(name) else {
      let holder = try file.content(bytesMax: lockBytesMax, name).prefix { $0 != 0x0a }
      throw .inUse(by: Int32(String(decoding: holder, as: UTF8.self)))
    }
    try file.replace(with: Array("\(SystemFailure.process)\n".utf8), name)
    return DataFolder(path: path, lock: file)
  }

  /// The folder of a server that may be running, for a command that works beside it.
  package static func open(_ path: String) throws(StoreError) -> DataFolder {
    try check(path)
    return DataFolder(path: path, lock: nil)
  }

  /// The database file.
  package var databasePath: String { self.path(of: "main.db") }

  /// The path of `name` in the folder.
  package func path(of name: String) -> String { "\(path)/\(name)" }

  /// Makes the folder `name` (mode 0711) inside, unless it is there.
  package func makeFolder(_ name: String) throws(StoreError) {
    let inner = path(of: name)
    guard try Files.status(inner) == nil else { return }
    do throws(StoreError) {
      try Files.makeFolder(inner)
    } catch {
      // Somebody else may have made it meanwhile.
      guard try Files.status(inner) != nil else { throw error }
    }
  }

  /// The text files below the folder `name` (mode 0700) inside, which is made unless it is there.
  package func tree(_ name: String) throws(StoreError) -> FileTree {
    let inner = path(of: name)
    if try Files.status(inner) == nil { try Files.makeFolder(inner) }
    return try FileTree(in: inner)
  }

  /// Puts `bytes` under `name`: after a crash the old or the new content is there.
  package func write(
    _ bytes: [UInt8], to name: String, readableBy readers: Readers
  ) throws(StoreError) {
    let target = path(of: name)
    let partial = "\(target).partial"
    try Files.remove(partial)
    let file = try OpenFile.open(partial, for: .making(readers))
    try file.replace(with: bytes, partial)
    try Files.rename(partial, to: target)
    try Files.synchronizeFolder(of: target)
  }

  /// The content of `name`, nil when there is none; longer than `bytesMax` is `tooBig`.
  package func read(_ name: String, bytesMax: Int) throws(StoreError) -> [UInt8]? {
    let target = path(of: name)
    do throws(StoreError) {
      return try OpenFile.open(target, for: .reading).content(bytesMax: bytesMax, target)
    } catch .cannotOpen(_, .notFound) {
      return nil
    }
  }

  /// The names of what is in the folder, in their order; no more than so many are looked at.
  package func names(most: Int) throws(StoreError) -> [String] {
    try OpenFolder.open(path).names(most: most).sorted()
  }

  private static let lockBytesMax = 64

  private static func makeFolders(
    _ path: String, passableBy readers: Readers
  ) throws(StoreError) {
    guard try Files.status(path) == nil else { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolders(String(path[..<slash]), passableBy: .everybody)
    }
    // A path that ends with a slash or a dot is there once its parent is.
    if try Files.status(path) == nil { try Files.makeFolder(path, passableBy: readers) }
  }

  private static func check(_ path: String) throws(StoreError) {
    guard let status = try Files.status(path) else { throw .cannotOpen(path: path, .notFound) }
    guard status.isFolder else { throw .cannotOpen(path: path, .notAFolder) }
    // Passing through the folder leads to public files only, as all others have mode 0600; writing
    // it would let another user put a file of their own in the place of ours.
    guard status.mode & 0o022 == 0 else {
      throw .cannotOpen(path: path, .writableByOthers(mode: status.mode))
    }
  }
}
