import Foundation

/// A file in a folder of its own, gone when the value is.
struct TemporaryFile: ~Copyable {
  private let folder: URL
  let path: String

  init(_ text: String, named name: String) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    path = folder.appendingPathComponent(name).path
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }
}
