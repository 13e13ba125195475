private import Glibc

/// Why a file could not be read or written.
struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  let path: String
  let reason: String

  var description: String { "\(path):1:1: error: \(reason)" }
}

/// Files as bytes; the only part that talks to the operating system.
enum Files {
  private static let chunk = 64 << 10

  /// The bytes of a file; reading ends behind the limit of source files, where the lexer refuses.
  static func read(_ path: String) throws(FileError) -> [UInt8] {
    // SAFETY: the path is a string for the time of the call.
    let file = try check(unsafe open(path, O_RDONLY | O_CLOEXEC), path)
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    while bytes.count <= Limits.fileMax {
      // SAFETY: the buffer is as long as the count says and outlives the call.
      let count = try check(
        unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) },
        path)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Makes `bytes` the content of a file; one that has it already is not touched, so that nothing
  /// which depends on it is built again.
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    if let present = present(at: path), present == bytes { return }
    // SAFETY: the path is a string for the time of the call.
    let file = try check(
      unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), path)
    defer { close(file) }
    try write(bytes[...], to: file, path)
  }

  /// Writes text to the standard error stream; where there is none, nobody reads it.
  static func report(_ text: String) throws(FileError) {
    try write(Array((text + "\n").utf8)[...], to: STDERR_FILENO, "standard error")
  }

  /// The content of a file, or nil while it cannot be read: then writing says why.
  private static func present(at path: String) -> [UInt8]? {
    do throws(FileError) { return try read(path) } catch { return nil }
  }

  private static func write(
    _ bytes: ArraySlice<UInt8>, to file: Int32, _ path: String
  ) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      // SAFETY: the slice is as long as the count says and outlives the call.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      rest = rest.dropFirst(try check(count, path))
    }
  }

  /// The one place that reads `errno`.
  private static func check<Result: BinaryInteger>(
    _ result: Result, _ path: String
  ) throws(FileError) -> Result {
    guard result >= 0 else {
      let code = errno
      // SAFETY: `strerror` gives a terminated string, copied at once; one thread runs here.
      throw FileError(path: path, reason: unsafe String(cString: strerror(code)))
    }
    return result
  }
}
