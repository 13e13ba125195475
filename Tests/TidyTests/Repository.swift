import Foundation

/// The working copy that these tests were compiled from.
struct Repository: Sendable {
  /// The folder that holds `Package.swift`, symbolic links resolved.
  let root: URL
  /// Every Swift file of the package, read once.
  let swiftFiles: [SourceFile]

  /// Folders that hold Swift files of ours.
  static let swiftFolders = ["Plugins", "Sources", "Tests", "fuzz"]
  /// The Git repository's own name for a file that marks a working copy.
  private static let gitMark = ".git"

  static let current = Repository(testFile: #filePath)

  private init(testFile: String) {
    let root = URL(fileURLWithPath: testFile).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    self.root = root
    swiftFiles = Self.swiftFolders
      .flatMap { Self.paths(under: $0, in: root, ending: ".swift") }
      .compactMap { path in Self.read(path, in: root).map { SourceFile(path: path, text: $0) } }
  }

  var isGitWorkingCopy: Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(Self.gitMark).path)
  }

  /// The folders directly under `folder`, by name.
  func folders(under folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: url(folder).path)
    return (names ?? []).filter { isFolder("\(folder)/\($0)") }.sorted()
  }

  private func isFolder(_ path: String) -> Bool {
    (try? url(path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
  }

  func url(_ path: String) -> URL { root.appendingPathComponent(path) }

  /// The absolute path of a file or folder of the repository.
  func path(_ path: String) -> String { url(path).path }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

  /// The file's bytes, or nil when the path names none (a folder, a broken link).
  func bytes(_ path: String) -> Data? { try? Data(contentsOf: url(path)) }

  /// Paths that git keeps, relative to the root, which exist in the working copy.
  func trackedPaths() throws -> [String] {
    let listing = try Command.run("git", ["ls-files", "-z"], in: root)
    return listing.output.split(separator: "\0").map(String.init).filter { exists($0) }
  }

  private static func read(_ path: String, in root: URL) -> String? {
    try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func paths(under folder: String, in root: URL, ending: String) -> [String] {
    let start = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: start.path)
    return (names?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(ending) && !$0.contains(".build") }
      .map { "\(folder)/\($0)" }
      .sorted()
  }
}
