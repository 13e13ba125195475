import Glibc

/// Reads and writes whole files and the standard streams.
enum FileText {
  /// The longest file that a command reads.
  static let bytesMax = 16 << 20

  /// The descriptor of standard output.
  static let output = STDOUT_FILENO

  /// The path from the root of the file system: what is printed or kept must hold in any folder.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    var parts = path.split(separator: "/")
    while parts.first == "." { parts.removeFirst() }
    // SAFETY: with no buffer given the call makes one, which is freed below.
    guard let folder = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(folder) }
    // SAFETY: the call made a string that ends with a zero.
    return ([unsafe String(cString: folder)] + parts.map(String.init)).joined(separator: "/")
  }

  /// The file's bytes.
  static func read(_ path: String) throws(StartFailure) -> [UInt8] {
    // SAFETY: the path is a string of ours, which outlives the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StartFailure(.certificate, "\(path): \(reason(errno))") }
    defer { close(descriptor) }
    return try read(descriptor, named: path)
  }

  /// The file's bytes; nil when there is no such file.
  static func readIfPresent(_ path: String) throws(StartFailure) -> [UInt8]? {
    // SAFETY: the path is a string of ours, which outlives the call.
    if unsafe access(path, F_OK) != 0, errno == ENOENT { return nil }
    return try read(path)
  }

  /// Everything that comes on standard input.
  static func readInput() throws(StartFailure) -> [UInt8] {
    try read(STDIN_FILENO, named: "standard input")
  }

  /// The longest line that is asked for.
  private static let lineMax = 4096

  /// The first line that comes on standard input, without its end.
  static func readLine() throws(StartFailure) -> [UInt8] {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      // SAFETY: the kernel writes at most one byte.
      let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
      guard count >= 0 else {
        throw StartFailure(.system, "standard input: \(reason(errno))")
      }
      guard count > 0, byte != UInt8(ascii: "\n") else { break }
      line.append(byte)
      guard line.count <= lineMax else {
        throw StartFailure(.refused, "standard input: a line of more than \(lineMax) bytes")
      }
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  private static func read(_ descriptor: Int32, named name: String) throws(StartFailure) -> [UInt8]
  {
    var bytes: [UInt8] = []
    let partMax = 65_536
    var part = [UInt8](repeating: 0, count: partMax)
    while true {
      // SAFETY: the kernel writes at most `part.count` bytes.
      let count = unsafe Glibc.read(descriptor, &part, partMax)
      guard count >= 0 else { throw StartFailure(.certificate, "\(name): \(reason(errno))") }
      if count == 0 { return bytes }
      bytes += part[..<count]
      guard bytes.count <= bytesMax else {
        throw StartFailure(.certificate, "\(name): longer than \(bytesMax) bytes")
      }
    }
  }

  /// Writes everything, to standard output or standard error; a reader that is gone is no failure
  /// of ours.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    while offset < bytes.count {
      // SAFETY: the range lies inside the array.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      offset += count
    }
  }

  static func print(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

  static func complain(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

  static func reason(_ number: Int32) -> String {
    // SAFETY: strerror gives a C string that is good until the next call on this thread.
    unsafe String(cString: strerror(number))
  }
}
