// The fence around the C library: files, locks, threads and waiting. Nothing else in this module
// sees its symbols or `errno`.
private import Glibc

typealias OpenFailure = StoreError.OpenFailure

/// One open file, closed when it goes.
struct OpenFile: ~Copyable, Sendable {
  /// What a file is opened for.
  enum Purpose {
    /// A folder, to be synchronized.
    case folder
    /// A new file that must not be there yet.
    case making(DataFolder.Readers)
    /// A file that must be there.
    case reading
    /// A file that is made when it is missing.
    case keeping
  }

  private let number: Int32

  /// Opens `path`; files are made for their owner alone unless everybody may read them, and never
  /// handed on to other programs.
  static func open(_ path: String, for purpose: Purpose) throws(StoreError) -> OpenFile {
    let flags =
      switch purpose {
      case .folder: O_RDONLY | O_DIRECTORY
      case .making: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
      case .reading: O_RDONLY
      case .keeping: O_RDWR | O_CREAT
      }
    let mode: mode_t = if case .making(.everybody) = purpose { 0o644 } else { 0o600 }
    // SAFETY: the path is a string of ours, which outlives the call.
    let number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
    return OpenFile(number: try check(number, path))
  }

  deinit { _ = close(number) }

  /// Takes the file's exclusive lock; false when another open file has it.
  borrowing func tryLock(_ path: String) throws(StoreError) -> Bool {
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw .cannotOpen(path: path, OpenFailure(errno: errno)) }
    return false
  }

  /// Replaces the content by `bytes` and waits until the disk has it.
  borrowing func replace(with bytes: [UInt8], _ path: String) throws(StoreError) {
    try put(bytes, path)
    try synchronize(path)
  }

  /// Replaces the content by `bytes`, which the disk has some time later.
  borrowing func put(_ bytes: [UInt8], _ path: String) throws(StoreError) {
    try check(ftruncate(number, 0), path)
    var written = 0
    while written < bytes.count {
      // SAFETY: the buffer is alive during the call, and `written` is less than its count.
      let count = unsafe bytes.withUnsafeBytes {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[written...])
        return unsafe pwrite(number, rest.baseAddress, rest.count, off_t(written))
      }
      if count < 0 && errno == EINTR { continue }
      written += Int(try check(count, path))
    }
  }

  /// Waits until the disk has what was written.
  borrowing func synchronize(_ path: String) throws(StoreError) {
    try check(fsync(number), path)
  }

  /// The content from its start; more than `bytesMax` bytes are `tooBig`.
  borrowing func content(bytesMax: Int, _ path: String) throws(StoreError) -> [UInt8] {
    var content: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 16_384)
    while true {
      // SAFETY: the buffer is alive during the call, which writes at most its count.
      let count = unsafe page.withUnsafeMutableBytes {
        unsafe pread(number, $0.baseAddress, $0.count, off_t(content.count))
      }
      if count < 0 && errno == EINTR { continue }
      guard try check(count, path) > 0 else { return content }
      content += page[..<count]
      guard content.count <= bytesMax else { throw .tooBig }
    }
  }
}

/// Names in the file system.
enum Files {
  /// What is at a path.
  struct Status {
    let isFolder: Bool
    /// The permission bits.
    let mode: UInt32
  }

  /// What is at `path`, nil when nothing is.
  static func status(_ path: String) throws(StoreError) -> Status? {
    var found = stat()
    // SAFETY: the call fills `found`, which outlives it.
    guard unsafe stat(path, &found) == 0 else {
      guard errno == ENOENT else { throw .cannotOpen(path: path, OpenFailure(errno: errno)) }
      return nil
    }
    return Status(isFolder: found.st_mode & S_IFMT == S_IFDIR, mode: found.st_mode & 0o7777)
  }

  /// Makes one folder with mode 0711, so that others may pass through to what is public, and list
  /// nothing; or with mode 0700, for its owner alone.
  static func makeFolder(
    _ path: String, passableBy readers: DataFolder.Readers = .everybody
  ) throws(StoreError) {
    let mode: mode_t = if case .everybody = readers { 0o711 } else { 0o700 }
    // SAFETY: the path is a string of ours, which outlives the call.
    try check(unsafe mkdir(path, mode), path)
  }

  /// Takes all rights to the file at `path` from users who are neither its owner nor of its group.
  static func closeToOthers(_ path: String) throws(StoreError) {
    guard let status = try status(path), status.mode & 0o007 != 0 else { return }
    // SAFETY: the path is a string of ours, which outlives the call.
    try check(unsafe chmod(path, status.mode & ~0o007), path)
  }

  /// Makes a folder with a new name and mode 0700 inside `parent` and gives its path.
  static func makeFolder(in parent: String) throws(StoreError) -> String {
    var path = Array("\(parent)/switchyard-XXXXXX".utf8CString)
    // SAFETY: the array ends with a zero, and the call changes six characters of it in place.
    let isMade = unsafe mkdtemp(&path) != nil
    try check(isMade ? 0 : -1, parent)
    return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Gives the file at `path` the name `target`, replacing what has it.
  static func rename(_ path: String, to target: String) throws(StoreError) {
    // SAFETY: both are strings of ours, which outlive the call.
    try check(unsafe Glibc.rename(path, target), target)
  }

  /// Waits until the disk has the names in the folder of the file at `path`.
  static func synchronizeFolder(of path: String) throws(StoreError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    try OpenFile.open(folder, for: .folder).synchronize(folder)
  }

  /// Removes the file at `path`, if there is one.
  static func remove(_ path: String) throws(StoreError) {
    // SAFETY: the path is a string of ours, which outlives the call.
    if unsafe unlink(path) != 0 && errno != ENOENT { try check(-1, path) }
  }

  /// Removes the empty folder at `path`.
  static func removeFolder(_ path: String) throws(StoreError) {
    // SAFETY: the path is a string of ours, which outlives the call.
    try check(unsafe rmdir(path), path)
  }
}

/// The one reader of `errno` of this process.
enum SystemFailure {
  /// Whether a number says that no more can be written: disk, quota or file size limit.
  static func isFull(_ number: Int32) -> Bool {
    number == ENOSPC || number == EDQUOT || number == EFBIG
  }

  /// What the last call that failed on this thread said.
  static var last: Int32 { errno }

  /// This process.
  static var process: Int32 { getpid() }
}

extension StoreError.OpenFailure {
  /// What a system error number says about a path.
  init(errno number: Int32) {
    self =
      switch number {
      case EACCES, EPERM: .noPermission
      case EISDIR: .notAFile
      case ENOENT: .notFound
      case ENOTDIR: .notAFolder
      case EROFS: .readOnlyFileSystem
      case _ where SystemFailure.isFull(number): .noSpace
      default: .system(errno: number)
      }
  }
}

/// Throws what `errno` says about `path` when a call gave -1.
@discardableResult
private func check<Number: SignedInteger>(
  _ result: Number,
  _ path: String,
) throws(StoreError) -> Number {
  guard result >= 0 else { throw .cannotOpen(path: path, OpenFailure(errno: errno)) }
  return result
}

/// Tokens that threads wait for and others hand out: bytes in a pipe.
final class Doorbell: Sendable {
  private let inner: Int32
  private let outer: Int32

  init() throws(StoreError) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the call writes two numbers, and the array has two.
    try check(unsafe pipe(&ends), "pipe")
    inner = ends[0]
    outer = ends[1]
    for end in ends { try check(fcntl(end, F_SETFD, FD_CLOEXEC), "pipe") }
  }

  deinit {
    _ = close(inner)
    _ = close(outer)
  }

  /// Hands out tokens, of which a pipe holds thousands.
  func ring(_ tokens: Int) {
    let bytes = [UInt8](repeating: 1, count: tokens)
    // SAFETY: the array outlives the call, which reads its count.
    while unsafe write(outer, bytes, tokens) != tokens {
      precondition(errno == EINTR, "doorbell \(outer) is closed")
    }
  }

  /// Waits for a token and takes it.
  func wait() {
    var token: UInt8 = 0
    // SAFETY: the call fills one byte, which outlives it.
    while unsafe read(inner, &token, 1) != 1 {
      precondition(errno == EINTR, "doorbell \(inner) is closed")
    }
  }
}

/// One thread of our own, off the pool of the language: work on it may block.
struct WorkThread: Sendable {
  private let handle: pthread_t

  /// Starts `body` on a new thread.
  init(_ body: @escaping @Sendable () -> Void) throws(StoreError) {
    var handle = pthread_t()
    // Signals are for the main thread: a new thread inherits what is blocked here.
    var all = sigset_t()
    var before = sigset_t()
    // SAFETY: the sets outlive the calls; the box is taken back by the new thread, or below.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    let box = unsafe Unmanaged.passRetained(ThreadBody(body))
    // SAFETY: `startThread` takes exactly this box.
    let code = unsafe pthread_create(&handle, nil, startThread, box.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    guard code == 0 else {
      // SAFETY: no thread was made, so the box is still ours.
      unsafe box.release()
      throw .cannotOpen(path: "thread", OpenFailure(errno: code))
    }
    self.handle = handle
  }

  /// Waits until the thread has ended; to be called once.
  func join() {
    _ = pthread_join(handle, nil)
  }

  /// Lets the thread end unwatched; in place of `join`.
  func detach() { _ = pthread_detach(handle) }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  // SAFETY: a copy of the pointer, to tell it from null.
  guard let box = unsafe box else { preconditionFailure("a thread without a body") }
  // SAFETY: `WorkThread.init` retained one `ThreadBody` for this thread alone.
  unsafe Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
  return nil
}

/// How much a thread of ours wants the processor.
enum ThreadPriority {
  private static let politeness: Int32 = 10

  /// Lets all others go before the calling thread; a system that does not listen changes nothing.
  static func lower() {
    // Linux gives every thread a priority of its own (setpriority(2), NOTES); 0 is the caller.
    _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, politeness)
  }
}
