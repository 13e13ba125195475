/// Text files in folders of their own, one for each place, below one folder of the disk.
///
/// What is written is on the disk when its writer is told so. Nothing leads out of a place: every
/// name, of a place or of a file, is one part of a path.
package struct FileTree: Sendable {
  /// The most bytes of a file, and files and bytes of a place.
  package static let fileBytesMax = 256 << 10
  package static let filesMax = 1_000
  package static let placeBytesMax = 64 << 20
  /// UTF-8 bytes of a file's name.
  package static let nameBytesMax = 120
  /// Those who may wait for the disk.
  private static let waitingMax = 1_000

  /// Why a file is not read or written; all of it may be told to strangers.
  package enum Refusal: Error, Hashable, Sendable {
    case noFile
    /// The name is none that a file may have.
    case badName
    /// The file would be longer than `fileBytesMax`, or is.
    case tooLong
    /// The place has `filesMax` files.
    case tooMany
    /// The place would have more than `placeBytesMax` bytes.
    case noRoom
    /// The file holds something else than UTF-8.
    case notText
    /// The disk is full, slow or broken.
    case unavailable
  }

  /// A file as lists show it.
  package struct File: Hashable, Sendable {
    package let name: String
    package let bytes: Int
    /// When it was written last, in milliseconds since 1970-01-01T00:00:00Z.
    package let modified: Int64
  }

  private let path: String
  /// One piece of work at a time, so that nobody writes between the count and the writing.
  private let pool: WorkerPool

  /// The tree in the folder at `path`, which is there.
  package init(in path: String) throws(StoreError) {
    self.path = path
    pool = try WorkerPool(threads: 1, waitingMax: Self.waitingMax)
  }

  /// Whether there can be such a place.
  package static func canHold(_ place: [String]) -> Bool {
    !place.isEmpty && place.allSatisfy { TreeName($0) != nil }
  }

  /// The files of a place, by name.
  package nonisolated(nonsending) func files(
    in place: [String]
  ) async throws(Refusal) -> [File] {
    try await working { (tree) throws(Refusal) in
      guard let folder = try tree.folder(place, isMade: false) else { return [] }
      return try Self.files(in: folder)
    }
  }

  /// The text of a file.
  package nonisolated(nonsending) func read(
    _ name: String, in place: [String]
  ) async throws(Refusal) -> String {
    try await working { (tree) throws(Refusal) in
      let name = try Self.name(name)
      guard let folder = try tree.folder(place, isMade: false) else { throw .noFile }
      return try Self.text(of: name, in: folder)
    }
  }

  /// Makes a file, or replaces or lengthens the one that is there; gives its bytes then.
  package nonisolated(nonsending) func write(
    _ text: String, to name: String, in place: [String], appending: Bool
  ) async throws(Refusal) -> Int {
    try await working { (tree) throws(Refusal) in
      let name = try Self.name(name)
      guard let folder = try tree.folder(place, isMade: true) else { throw .unavailable }
      let files = try Self.files(in: folder)
      let old = files.first { $0.name.utf8.elementsEqual(name.meaning.utf8) }
      let kept = appending && old != nil ? try Self.text(of: name, in: folder) : ""
      let bytes = Array(kept.utf8) + Array(text.utf8)
      guard bytes.count <= Self.fileBytesMax else { throw .tooLong }
      guard old != nil || files.count < Self.filesMax else { throw .tooMany }
      let others = files.reduce(0) { $0 + $1.bytes } - (old?.bytes ?? 0)
      guard others + bytes.count <= Self.placeBytesMax else { throw .noRoom }
      try Self.translating { () throws(StoreError) in try folder.replace(name, with: bytes) }
      return bytes.count
    }
  }

  /// Removes a file.
  package nonisolated(nonsending) func remove(
    _ name: String, in place: [String]
  ) async throws(Refusal) {
    try await working { (tree) throws(Refusal) in
      let name = try Self.name(name)
      guard let folder = try tree.folder(place, isMade: false) else { throw .noFile }
      let isRemoved = try Self.translating { () throws(StoreError) in try folder.remove(name) }
      guard isRemoved else { throw .noFile }
    }
  }

  private nonisolated(nonsending) func working<Output: Sendable>(
    _ work: @escaping @Sendable (FileTree) throws(Refusal) -> Output
  ) async throws(Refusal) -> Output {
    let tree = self
    let result = await pool.run { () -> Result<Output, Refusal> in
      do throws(Refusal) { return .success(try work(tree)) } catch { return .failure(error) }
    }
    guard let result else { throw .unavailable }
    return try result.get()
  }

  private func folder(_ place: [String], isMade: Bool) throws(Refusal) -> OpenFolder? {
    let names = place.compactMap { TreeName($0) }
    guard names.count == place.count else { throw .badName }
    return try Self.translating { () throws(StoreError) in
      var folder = try OpenFolder.open(path)
      for name in names {
        guard let inner = try folder.folder(name, isMade: isMade) else { return nil }
        folder = inner
      }
      return folder
    }
  }

  /// A name that a file may have: parts with slashes, none of them empty, `.` or `..`.
  private static func name(_ text: String) throws(Refusal) -> TreeName {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard text.utf8.count <= nameBytesMax,
      parts.allSatisfy({ !["", ".", ".."].contains(Substring($0)) }),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }),
      let name = TreeName(text)
    else { throw .badName }
    return name
  }

  private static func files(in folder: borrowing OpenFolder) throws(Refusal) -> [File] {
    try translating { () throws(StoreError) in
      var files: [File] = []
      // What somebody has put there by hand counts as well, and is not read for ever.
      for name in try folder.names(most: filesMax * 2).sorted() {
        guard let name = TreeName(onDisk: name), let facts = try folder.facts(of: name),
          facts.isFile
        else { continue }
        files.append(File(name: name.meaning, bytes: facts.bytes, modified: facts.modified))
      }
      return files
    }
  }

  private static func text(
    of name: TreeName, in folder: borrowing OpenFolder
  ) throws(Refusal) -> String {
    let bytes = try translating { () throws(StoreError) in
      try folder.read(name, bytesMax: fileBytesMax)
    }
    guard let bytes else { throw .noFile }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    return text
  }

  private static func translating<Output: ~Copyable>(
    _ work: () throws(StoreError) -> Output
  ) throws(Refusal) -> Output {
    do throws(StoreError) {
      return try work()
    } catch .tooBig {
      throw .tooLong
    } catch {
      throw .unavailable
    }
  }
}
