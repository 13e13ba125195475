import Gateway
import Glibc
import Synchronization

/// The signals that a server hears: `SIGTERM` and `SIGINT` end it, `SIGHUP` reloads its
/// certificates.
///
/// Handlers only write the signal's number to a pipe; a thread of its own reads it there, so
/// nothing runs where a handler may not.
enum Signals {
  /// The pipe's writing end, for the handler alone.
  private static let writer = Atomic<Int32>(-1)

  /// Starts to hear; `heard` is called on a thread of its own, one signal after the other.
  static func listen(_ heard: @escaping @Sendable (Int32) -> Void) throws(SystemError) {
    var ends: [Int32] = [0, 0]
    // SAFETY: the kernel writes two numbers.
    guard unsafe pipe(&ends) == 0 else { throw SystemError("pipe") }
    writer.store(ends[1], ordering: .releasing)
    let reader = ends[0]
    try SystemThread.detach(name: "signals") {
      var byte: UInt8 = 0
      // SAFETY: the kernel writes one byte.
      while unsafe read(reader, &byte, 1) != 0 || errno == EINTR { heard(Int32(byte)) }
    }
    for number in [SIGTERM, SIGINT, SIGHUP] { _ = signal(number, noteSignal) }
    ignoreBrokenPipes()
  }

  /// Lets writing to a peer that is gone fail, in the place of ending the process.
  static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  fileprivate static func note(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    // SAFETY: one byte of ours; write(2) may be called from a handler.
    _ = unsafe write(writer.load(ordering: .acquiring), &byte, 1)
  }
}

/// The handler: a free function, which C can call.
private func noteSignal(_ number: Int32) {
  Signals.note(number)
}
