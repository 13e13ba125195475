/// Tries whether a folder keeps files; not from two threads at once.
package struct FolderProbe: Sendable {
  private let path: String

  /// The file that is made, and removed again.
  private static let file = ".probe"
  private static let content = [UInt8]("switchyard".utf8)

  /// Tries that folder.
  package init(folder: String) { path = "\(folder)/\(Self.file)" }

  /// Writes a small file, reads it back and removes it; whether it was as it was written.
  package func keeps() -> Bool {
    do throws(StoreError) {
      try OpenFile.open(path, for: .keeping).put(Self.content, path)
      let found = try OpenFile.open(path, for: .reading).content(
        bytesMax: Self.content.count, path)
      try Files.remove(path)
      return found == Self.content
    } catch {
      return false
    }
  }
}
