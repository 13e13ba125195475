// The fence around the C library: files. Nothing else in this module sees its symbols or `errno`.
private import Glibc

/// What a call of the system failed with.
struct SystemFailure: Error, CustomStringConvertible {
  let number: Int32

  /// The failure of the last call on this thread.
  static var last: SystemFailure { SystemFailure(number: errno) }

  var description: String {
    // SAFETY: the text is static or this thread's own until its next call, and copied here.
    unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
  }
}

/// A folder whose files are there whole or not at all.
struct WholeFiles: Sendable {
  let folder: String

  /// Writes `bytes` under another name and gives the file its own when the disk has it.
  func write(_ bytes: [UInt8], as name: String) throws(SystemFailure) {
    try makeFolder()
    let part = try Descriptor.making(in: folder)
    do throws(SystemFailure) {
      try part.write(bytes)
      try part.synchronize()
      // SAFETY: both are strings of ours, which outlive the call.
      try check(unsafe rename(part.path, "\(folder)/\(name)"))
    } catch {
      // SAFETY: the path is a string of ours; a file that stays behind has no name that is read.
      _ = unsafe unlink(part.path)
      throw error
    }
    try Descriptor.folder(folder).synchronize()
  }

  private func makeFolder() throws(SystemFailure) {
    // SAFETY: the path is a string of ours, which outlives the call.
    let result = unsafe mkdir(folder, 0o700)
    if result != 0 && errno != EEXIST { throw .last }
  }
}

/// One open file or folder, closed when it goes.
private struct Descriptor: ~Copyable {
  private let number: Int32
  let path: String

  /// A new file with mode 0600 and a name of its own.
  static func making(in folder: String) throws(SystemFailure) -> Descriptor {
    var path = Array("\(folder)/.part-XXXXXX".utf8CString)
    // SAFETY: the array ends with a zero, and the call changes six characters of it in place.
    let number = try check(unsafe mkstemp(&path))
    let name = path.dropLast().map(UInt8.init(bitPattern:))
    let file = Descriptor(number: number, path: String(decoding: name, as: UTF8.self))
    try check(fcntl(number, F_SETFD, FD_CLOEXEC))
    return file
  }

  static func folder(_ path: String) throws(SystemFailure) -> Descriptor {
    // SAFETY: the path is a string of ours, which outlives the call.
    let number = try check(unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    return Descriptor(number: number, path: path)
  }

  deinit { _ = close(number) }

  borrowing func write(_ bytes: [UInt8]) throws(SystemFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // SAFETY: the buffer is alive during the call, which reads at most its count.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(number, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      rest = rest.dropFirst(try check(count))
    }
  }

  /// Waits until the disk has it.
  borrowing func synchronize() throws(SystemFailure) { try check(fsync(number)) }
}

/// Throws what `errno` says when a call gave -1.
@discardableResult
private func check<Number: SignedInteger>(_ result: Number) throws(SystemFailure) -> Number {
  guard result >= 0 else { throw .last }
  return result
}
