internal import CLinux
internal import Glibc
internal import Synchronization

/// Why the system did not start a program; made from an error number in one place.
package struct ProcessRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done.
  package let operation: String
  private let number: Int32

  init(_ operation: String, _ number: Int32) {
    self.operation = operation
    self.number = number
  }

  package var description: String {
    // SAFETY: strerror returns a C string that stays valid until the next call on this thread.
    "\(operation): \(unsafe String(cString: strerror(number)))"
  }
}

/// A descriptor that is closed by its user, or with the last of them.
///
/// A class: the compiler does not come to an end with an end that cannot be copied and may be none.
final class PipeEnd: Sendable {
  private let descriptor: Atomic<Int32>

  init(_ number: Int32) { descriptor = Atomic(number) }

  /// The descriptor; a negative number, which nothing can be done with, once it is closed.
  var number: Int32 { descriptor.load(ordering: .acquiring) }
  var isOpen: Bool { number >= 0 }

  /// Lets its use fail to wait.
  func unblock() {
    // A pipe takes every flag that a descriptor has.
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
  }

  func close() {
    let number = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
    if number >= 0 { _ = Glibc.close(number) }
  }

  deinit { close() }
}

/// A child that was started and is not reaped yet, with this process's ends of its pipes.
struct SpawnedChild: Sendable {
  let number: Int32
  let input: PipeEnd
  let output: PipeEnd
  let errors: PipeEnd
}

/// The calls of the system by which a child is started, spoken to and ended; all that is C here.
enum ProcessSystem {
  /// What reading and writing came to.
  enum Transfer {
    case bytes(Int)
    case wouldBlock
    case over
  }

  /// The signals that end a child.
  static let terminate = SIGTERM, kill = SIGKILL

  /// Starts a program; the first word is its name or path, `variables` are as `NAME=value`.
  static func spawn(
    _ words: [String], _ variables: [String], in folder: String
  ) throws(ProcessRefusal) -> SpawnedChild {
    guard let program = words.first else { throw ProcessRefusal("spawn", ENOENT) }
    let input = try pipe()
    let output = try pipe()
    let errors = try pipe()
    var number: pid_t = 0
    let ends = [input.reader.number, output.writer.number, errors.writer.number]
    // SAFETY: all texts and the table outlive the call, which copies what the child needs.
    let error = unsafe withTable(words) { words in
      unsafe withTable(variables) { variables in
        unsafe switchyard_spawn(program, words, variables, folder, ends, &number)
      }
    }
    guard error == 0 else { throw ProcessRefusal(program, error) }
    return SpawnedChild(
      number: number, input: input.writer, output: output.reader, errors: errors.reader)
  }

  /// Reads what has come, at most as much as the room.
  static func read(_ end: Int32, into room: inout [UInt8]) -> Transfer {
    while true {
      // SAFETY: the kernel writes at most as many bytes as the array has.
      let count = unsafe room.withUnsafeMutableBytes {
        unsafe Glibc.read(end, $0.baseAddress, $0.count)
      }
      if count > 0 { return .bytes(count) }
      if count < 0, errno == EINTR { continue }
      return count < 0 && errno == EAGAIN ? .wouldBlock : .over
    }
  }

  /// Writes as much as there is room for.
  static func write(_ bytes: ArraySlice<UInt8>, to end: Int32) -> Transfer {
    while true {
      // SAFETY: the kernel reads at most as many bytes as the slice has.
      let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(end, $0.baseAddress, $0.count) }
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN ? .wouldBlock : .over
    }
  }

  /// Waits until one of the ends can be used, or so many milliseconds; negative numbers are nobody.
  static func wait(reading: [Int32], writing: Int32, milliseconds: Int32) {
    var interests = reading.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    interests.append(pollfd(fd: writing, events: Int16(POLLOUT), revents: 0))
    // SAFETY: the call reads and writes the entries that there are.
    _ = unsafe poll(&interests, nfds_t(interests.count), milliseconds)
  }

  /// Milliseconds of the machine's steady clock.
  static var milliseconds: Int64 {
    var time = timespec()
    // SAFETY: the call fills the one structure.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Sends a signal to all of a child's group; a group without members hears nothing.
  static func signal(_ number: Int32, groupOf child: Int32) { _ = Glibc.kill(-child, number) }

  static func hasEnded(_ child: Int32) -> Bool { switchyard_has_ended(child) != 0 }

  /// Forgets a child that has ended: its code, or the negated number of a signal.
  static func reap(_ child: Int32) -> Int32 { switchyard_reap(child) }

  /// A counter that wakes a wait for reading.
  static func makeBell() throws(ProcessRefusal) -> PipeEnd {
    let number = eventfd(0, switchyard_eventfd_flags)
    guard number >= 0 else { throw ProcessRefusal("eventfd", errno) }
    return PipeEnd(number)
  }

  static func ring(_ bell: Int32) {
    // A full counter has woken its waiter already.
    _ = eventfd_write(bell, 1)
  }

  static func silence(_ bell: Int32) {
    var count: eventfd_t = 0
    // SAFETY: the call fills the one number; there is nothing to read where nobody rang.
    _ = unsafe eventfd_read(bell, &count)
  }

  /// Runs `work` on a thread of its own, for which nobody waits.
  static func startThread(_ work: @escaping @Sendable () -> Void) throws(ProcessRefusal) {
    // SAFETY: the object is retained for the thread, which releases it; one that did not start
    // leaves it to us.
    let start = unsafe Unmanaged.passRetained(ThreadWork(work))
    var handle = pthread_t()
    // SAFETY: as above.
    let error = unsafe pthread_create(&handle, nil, runWork, start.toOpaque())
    guard error == 0 else {
      unsafe start.release()
      throw ProcessRefusal("pthread_create", error)
    }
    // The handle came from pthread_create and is used for nothing else.
    _ = pthread_detach(handle)
  }
}

/// What a thread does, on its way there.
private final class ThreadWork: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

/// The beginning of a thread: a free function, which C can call.
private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  // SAFETY: the context is the object that was retained for this thread.
  guard let context = unsafe context else { return nil }
  // SAFETY: as above.
  unsafe Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().work()
  return nil
}

/// Both ends of a pipe, which other programs do not get, and which are none of a process's first
/// three descriptors.
private func pipe() throws(ProcessRefusal) -> (reader: PipeEnd, writer: PipeEnd) {
  var ends: [Int32] = [-1, -1]
  // SAFETY: the call writes two numbers, and the array has two.
  guard unsafe Glibc.pipe(&ends) == 0 else { throw ProcessRefusal("pipe", errno) }
  let raw = ends.map { PipeEnd($0) }
  let moved = raw.map { PipeEnd(fcntl($0.number, switchyard_duplicate, 3)) }
  guard moved.allSatisfy(\.isOpen) else { throw ProcessRefusal("fcntl", errno) }
  return (moved[0], moved[1])
}

/// A table of C's texts that ends with null, for the length of a call.
///
/// The texts stand in memory of Swift's: what the C library allocates, its own `free` has to free,
/// which another allocator may have taken the place of.
private func withTable<Output>(
  _ texts: [String], _ use: ([UnsafeMutablePointer<CChar>?]) -> Output
) -> Output {
  var places: [Int] = []
  var characters: [CChar] = []
  for text in texts {
    places.append(characters.count)
    characters += text.utf8CString
  }
  // SAFETY: the pointers are used within the closure, while the characters are alive.
  return unsafe characters.withUnsafeMutableBufferPointer { characters in
    // SAFETY: each place is below the count, and its text ends with a zero.
    let table = unsafe places.map { unsafe characters.baseAddress?.advanced(by: $0) }
    return unsafe use(table + [nil])
  }
}
