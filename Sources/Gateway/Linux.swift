internal import CLinux
internal import Glibc

/// Why the system refused; made from `errno` in one place.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `bind`.
  package let operation: String
  /// The error number of the system.
  package let number: Int32

  init(operation: String, number: Int32) {
    self.operation = operation
    self.number = number
  }

  /// What the system has just refused this thread.
  package init(_ operation: String) {
    self.init(operation: operation, number: errno)
  }

  package var description: String {
    // SAFETY: strerror returns a C string that stays valid until the next call on this thread.
    "\(operation): \(unsafe String(cString: strerror(number)))"
  }

  /// Whether the address is held by another process.
  package var isAddressInUse: Bool { number == EADDRINUSE }
  /// Whether this machine has no such address.
  var isAddressMissing: Bool { number == EADDRNOTAVAIL || number == EAFNOSUPPORT }
}

/// A file descriptor that is closed with its owner.
struct Descriptor: ~Copyable {
  let number: Int32

  deinit { close(number) }
}

/// The system calls of the event loops: the only code that touches sockets, epoll and the clock.
enum Linux {
  /// What `read` and `write` came to.
  enum Transfer {
    case bytes(Int)
    /// Nothing can be moved now.
    case wouldBlock
    /// The other side is gone, orderly or not.
    case closed
  }

  @discardableResult
  static func check(_ result: Int32, _ operation: String) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(operation: operation, number: errno) }
    return result
  }

  static func makeEpoll() throws(SystemError) -> Descriptor {
    Descriptor(number: try check(epoll_create1(switchyard_epoll_flags), "epoll_create1"))
  }

  static func makeEventCounter() throws(SystemError) -> Descriptor {
    Descriptor(number: try check(eventfd(0, switchyard_eventfd_flags), "eventfd"))
  }

  /// Adds one to an event counter; it is never read, so the edge alone wakes the waiter.
  static func ring(_ counter: Int32) {
    // A full counter has woken its waiter already; there is nothing else that can fail.
    _ = eventfd_write(counter, 1)
  }

  static func watch(
    _ epoll: Int32, _ descriptor: Int32, _ interest: Interest, token: UInt64, isNew: Bool
  ) throws(SystemError) {
    // SAFETY: the event's number is the member that is written and read; the kernel copies the
    // event before the call returns.
    var event = unsafe epoll_event()
    unsafe event.events = interest.rawValue
    unsafe event.data.u64 = token
    let operation = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
    // SAFETY: as above.
    try check(unsafe epoll_ctl(epoll, operation, descriptor, &event), "epoll_ctl")
  }

  /// Waits for readiness; a signal counts as no event.
  static func wait(
    _ epoll: Int32, _ events: inout ReadyEvents, milliseconds: Int32
  ) throws(SystemError) {
    // SAFETY: the kernel writes at most `capacity` events into the buffer, which is lent for the
    // call.
    let count = unsafe events.fill { buffer, capacity in
      unsafe epoll_wait(epoll, buffer, capacity, milliseconds)
    }
    if count < 0, errno == EINTR { return }
    try check(count, "epoll_wait")
  }

  static func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> Transfer {
    let capacity = buffer.count
    // SAFETY: the kernel writes at most `capacity` bytes into the array, which is not resized
    // meanwhile.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe Glibc.read(descriptor, bytes.baseAddress, capacity)
    }
    return transfer(count)
  }

  static func write(_ descriptor: Int32, _ bytes: [UInt8], from offset: Int) -> Transfer {
    let count = bytes.count - offset
    precondition(offset >= 0 && count > 0)
    // SAFETY: `offset` and `count` lie inside the array, which the kernel only reads.
    let sent = unsafe bytes.withUnsafeBytes { bytes in
      unsafe send(descriptor, bytes.baseAddress?.advanced(by: offset), count, switchyard_no_signal)
    }
    return transfer(sent)
  }

  private static func transfer(_ count: Int) -> Transfer {
    if count > 0 { return .bytes(count) }
    if count < 0, errno == EAGAIN || errno == EINTR { return .wouldBlock }
    return .closed
  }

  /// Nanoseconds of the monotonic clock.
  static var nanoseconds: Int64 {
    var time = timespec()
    // SAFETY: the kernel fills the struct in.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Ends the writing half, so that the peer reads to the end of what was sent.
  static func shutdownWriting(_ descriptor: Int32) {
    // A socket that is gone already has no writing half: nothing is lost.
    _ = shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Lets the process have as many descriptors as it is allowed at most.
  static func raiseDescriptorLimit() {
    var limit = rlimit()
    // SAFETY: both calls read or fill the struct only during the call.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    // A refusal leaves the limit as it was, which the accept path copes with.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

/// What an event loop wants to hear of a descriptor.
struct Interest: OptionSet {
  let rawValue: UInt32
  static let reading = Interest(rawValue: EPOLLIN.rawValue)
  static let writing = Interest(rawValue: EPOLLOUT.rawValue)
  static let edge = Interest(rawValue: EPOLLET.rawValue)
  /// The peer hung up or the socket failed: always heard.
  static let failure = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// What one wait found, in a buffer that is used again.
@safe struct ReadyEvents {
  // SAFETY: an array of zeroed structs of the system, whose pointers nobody follows.
  private var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
  private(set) var count = 0

  /// Lets the kernel write into the buffer; gives what it said.
  fileprivate mutating func fill(
    _ wait: (UnsafeMutablePointer<epoll_event>?, Int32) -> Int32
  ) -> Int32 {
    // SAFETY: the buffer is lent for the call and is not resized meanwhile.
    let capacity = unsafe Int32(events.count)
    let found = unsafe events.withUnsafeMutableBufferPointer {
      unsafe wait($0.baseAddress, capacity)
    }
    count = max(0, Int(found))
    return found
  }

  /// The token and the readiness of one event.
  subscript(index: Int) -> (token: UInt64, ready: Interest) {
    // SAFETY: every event was watched with its number, so that member is the one to read.
    let event = unsafe events[index]
    return unsafe (event.data.u64, Interest(rawValue: event.events))
  }
}
