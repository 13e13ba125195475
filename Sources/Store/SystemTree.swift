// The fence around the C library for folders that are reached through their parents alone: no name
// is ever followed out of them. Nothing else sees its symbols.
private import Glibc

/// An open folder, in which everything is reached by one part of a path.
struct OpenFolder: ~Copyable {
  /// What a name stands for.
  struct Facts {
    let isFile: Bool
    let bytes: Int
    /// When it was written last, in milliseconds since 1970-01-01T00:00:00Z.
    let modified: Int64
  }

  /// What is written before it gets its name; no name becomes it.
  private static let partial = ".partial"

  private let number: Int32

  /// Opens the folder at `path`.
  static func open(_ path: String) throws(StoreError) -> OpenFolder {
    // SAFETY: the path is a string of ours, which outlives the call.
    let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return OpenFolder(number: try check(number))
  }

  deinit { _ = close(number) }

  /// The folder of that name inside, which is made when `isMade` says so; nil where there is none.
  borrowing func folder(_ name: TreeName, isMade: Bool) throws(StoreError) -> OpenFolder? {
    if isMade {
      // SAFETY: the name is a string of ours, which outlives the call.
      let code = unsafe mkdirat(number, name.text, 0o700)
      if code == 0 {
        try check(fsync(number))
      } else if errno != EEXIST {
        try check(code)
      }
    }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    // SAFETY: the name is a string of ours, which outlives the call.
    let inner = unsafe openat(number, name.text, flags)
    if inner < 0, errno == ENOENT { return nil }
    return OpenFolder(number: try check(inner))
  }

  /// What a name of this folder stands for, a link for itself; nil for nothing.
  borrowing func facts(of name: TreeName) throws(StoreError) -> Facts? {
    var found = stat()
    // SAFETY: the name and `found`, which the call fills, outlive it.
    guard unsafe fstatat(number, name.text, &found, AT_SYMLINK_NOFOLLOW) == 0 else {
      guard errno == ENOENT else { throw failure }
      return nil
    }
    return Facts(
      isFile: found.st_mode & S_IFMT == S_IFREG, bytes: Int(found.st_size),
      modified: Int64(found.st_mtim.tv_sec) * 1_000 + Int64(found.st_mtim.tv_nsec) / 1_000_000)
  }

  /// What names there are, as they stand on the disk; no more than so many are looked at.
  borrowing func names(most: Int) throws(StoreError) -> [String] {
    // SAFETY: a name of ours, which outlives the call.
    let copy = try check(unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    // SAFETY: the stream takes the descriptor over, and is closed below.
    guard let stream = unsafe fdopendir(copy) else {
      defer { _ = close(copy) }
      throw failure
    }
    // SAFETY: opened above, closed once.
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    // SAFETY: the stream is open; what it gives lives until the next call.
    while names.count < most, let entry = unsafe readdir(stream) {
      // SAFETY: the name ends with a zero within its field.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
        unsafe place.withMemoryRebound(to: CChar.self, capacity: 1) { unsafe String(cString: $0) }
      }
      if name != ".", name != "..", name != Self.partial { names.append(name) }
    }
    return names
  }

  /// The content of a file; nil where there is no file of that name, and a link is none.
  ///
  /// A longer one than `bytesMax` is `tooBig`.
  borrowing func read(_ name: TreeName, bytesMax: Int) throws(StoreError) -> [UInt8]? {
    guard try facts(of: name)?.isFile == true else { return nil }
    // What is no file any more, a pipe, must not be waited for.
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    // SAFETY: the name is a string of ours, which outlives the call.
    let file = unsafe openat(number, name.text, flags)
    if file < 0, errno == ENOENT || errno == ELOOP { return nil }
    try check(file)
    defer { _ = close(file) }
    var content: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 65_536)
    while content.count <= bytesMax {
      // SAFETY: the buffer is alive during the call, which writes at most its count.
      let count = unsafe page.withUnsafeMutableBytes {
        unsafe Glibc.read(file, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard try check(count) > 0 else { return content }
      content += page[..<count]
    }
    throw .tooBig
  }

  /// Puts `bytes` under a name, in the place of a file or a link that has it: after a crash the old
  /// or the new is there.
  borrowing func replace(_ name: TreeName, with bytes: [UInt8]) throws(StoreError) {
    // SAFETY: names of ours, which outlive the calls, here and below.
    if unsafe unlinkat(number, Self.partial, 0) != 0, errno != ENOENT { throw failure }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    // SAFETY: as above.
    let file = try check(unsafe openat(number, Self.partial, flags, 0o600))
    defer { _ = close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      // SAFETY: the bytes are alive during the call, which reads at most their count.
      let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      rest = rest.dropFirst(try check(count))
    }
    try check(fsync(file))
    // SAFETY: as above.
    try check(unsafe renameat(number, Self.partial, number, name.text))
    try check(fsync(number))
  }

  /// Removes the file or link of that name; false where there is none.
  borrowing func remove(_ name: TreeName) throws(StoreError) -> Bool {
    // SAFETY: the name is a string of ours, which outlives the call.
    guard unsafe unlinkat(number, name.text, 0) == 0 else {
      guard errno == ENOENT else { throw failure }
      return false
    }
    try check(fsync(number))
    return true
  }
}

/// What `errno` says; no path of the disk is told.
private var failure: StoreError {
  .cannotOpen(path: "files", StoreError.OpenFailure(errno: errno))
}

/// Throws what `errno` says when a call gave -1.
@discardableResult
private func check<Number: SignedInteger>(_ result: Number) throws(StoreError) -> Number {
  guard result >= 0 else { throw failure }
  return result
}
