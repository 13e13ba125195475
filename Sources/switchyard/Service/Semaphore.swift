import Gateway
import Glibc

/// Lets one thread wait for another: a pipe, of which each byte ends one wait.
final class Semaphore: Sendable {
  private let inner: Int32
  private let outer: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    // SAFETY: the call writes two numbers, and the array has two.
    guard unsafe pipe(&ends) == 0 else { throw SystemError("pipe") }
    inner = ends[0]
    outer = ends[1]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    _ = close(inner)
    _ = close(outer)
  }

  /// Lets one wait end.
  func post() {
    var byte: UInt8 = 1
    // SAFETY: the byte outlives the call.
    while unsafe Glibc.write(outer, &byte, 1) != 1, errno == EINTR {}
  }

  /// Waits for a post.
  func wait() {
    var byte: UInt8 = 0
    // SAFETY: the call fills one byte, which outlives it.
    while unsafe read(inner, &byte, 1) != 1, errno == EINTR {}
  }

  /// Waits for a post, this long at most.
  func wait(atMost milliseconds: Int32) {
    var interest = pollfd(fd: inner, events: Int16(POLLIN), revents: 0)
    // SAFETY: the call reads and writes the one entry.
    if unsafe poll(&interest, 1, milliseconds) == 1 { wait() }
  }
}
