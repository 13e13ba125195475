internal import Glibc

@testable internal import Store

/// A folder that is removed with everything in it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws { path = try Files.makeFolder(in: "/tmp") }

  deinit { Self.clear(path) }

  private static func clear(_ path: String) {
    // SAFETY: the folder is open until `closedir` below.
    guard let folder = unsafe opendir(path) else { return }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      // SAFETY: the entry is valid until the next `readdir`, and its name ends with a zero.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append("\(path)/\(name)") }
    }
    // SAFETY: opened above, and not used after this.
    unsafe closedir(folder)
    // SAFETY: the paths are strings that outlive the calls.
    for name in names where unsafe unlink(name) != 0 { clear(name) }
    unsafe rmdir(path)
  }
}
