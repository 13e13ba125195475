import FoundationEssentials

@testable import Wire

/// Files of vectors: ours beside the tests, and those shared with other programs where they are
/// there.
enum VectorFile {
  /// Our own file; it is always there.
  static func own(_ name: String) -> [WireValue] {
    let folder = directory(of: directory(of: "\(#filePath)")) + "/Vectors/"
    guard let bytes = contents(folder + name), case .array(let rows)? = try? WireValue(json: bytes)
    else { preconditionFailure("no vectors in \(folder + name)") }
    return rows
  }

  /// The folder of shared vectors: `SHARED_VECTORS`, or `../shared/vectors` beside the repository.
  static var shared: String? {
    let named = ProcessInfo.processInfo.environment["SHARED_VECTORS"]
    let tests = directory(of: directory(of: directory(of: "\(#filePath)")))
    let folder = named ?? "\(directory(of: tests))/../shared/vectors"
    return FileManager.default.fileExists(atPath: folder + "/SOURCES.md") ? folder : nil
  }

  /// The rows of a shared file with one JSON text a line or one array of them, or none where it is
  /// absent.
  static func sharedRows(_ name: String) -> [WireValue] {
    guard let folder = shared, let bytes = contents("\(folder)/\(name)") else {
      print("skipped: the shared vectors \(name) are not here")
      return []
    }
    if name.hasSuffix(".json") {
      guard case .array(let rows)? = try? WireValue(json: bytes) else { return [] }
      return rows
    }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? WireValue(json: [UInt8]($0))
    }
  }

  static func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func directory(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }
}

extension WireValue {
  /// The text under a key of a vector.
  func string(_ key: String) -> String {
    guard case .text(let value)? = self[key] else { return "" }
    return value
  }

  func number(_ key: String) -> Int? {
    guard case .integer(let value)? = self[key] else { return nil }
    return Int(value)
  }

  func flag(_ key: String) -> Bool { self[key] == true }
}
