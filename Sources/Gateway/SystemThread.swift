internal import CLinux
internal import Glibc

/// A thread of the system that runs one function and can be waited for.
package struct SystemThread: Sendable {
  private let handle: pthread_t

  /// The function and the name, on their way to the new thread.
  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    package init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts the thread; `name` is cut at 15 bytes by the kernel's rule.
  package init(name: String, body: @escaping @Sendable () -> Void) throws(SystemError) {
    // SAFETY: the object is retained for the thread, which releases it; a thread that did not start
    // leaves it to us.
    let start = unsafe Unmanaged.passRetained(Start(name: String(name.prefix(15)), body: body))
    var handle = pthread_t()
    // SAFETY: as above.
    let result = unsafe pthread_create(&handle, nil, Self.main, start.toOpaque())
    guard result == 0 else {
      unsafe start.release()
      throw SystemError(operation: "pthread_create", number: result)
    }
    self.handle = handle
  }

  /// Starts a thread that nobody waits for.
  package static func detach(
    name: String, body: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    // The handle came from pthread_create and is used for nothing else.
    _ = pthread_detach(try SystemThread(name: name, body: body).handle)
  }

  /// Blocks the calling thread until the function has returned.
  package func join() {
    // The handle came from pthread_create and is joined once.
    _ = pthread_join(handle, nil)
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    argument in
    // SAFETY: the argument is the object that `init` retained for this thread.
    guard let argument = unsafe argument else { return nil }
    let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    // SAFETY: the thread names itself.
    _ = unsafe switchyard_name_thread(start.name)
    start.body()
    return nil
  }
}
