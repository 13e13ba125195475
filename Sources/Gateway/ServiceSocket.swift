internal import CLinux
internal import Glibc

/// How a process speaks to what has started it: datagrams to a socket of the file system, as
/// systemd's sd_notify(3) sends them.
package struct ServiceSocket: Sendable {
  private let address: [UInt8]

  /// The socket of this path, which begins with `@` where it has no place in the file system; nil
  /// when there can be no such socket.
  package init?(path: String) {
    var name = Array(path.utf8)
    guard let first = name.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
      name.count < MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
    else { return nil }
    if first == UInt8(ascii: "@") { name[0] = 0 }
    address = [UInt8(AF_UNIX), 0] + name
  }

  /// Sends one message, if somebody is there and has room for it.
  package func send(_ message: String) {
    let bytes = Array(message.utf8)
    let descriptor = Descriptor(number: socket(AF_UNIX, switchyard_datagram_flags, 0))
    // Nobody waits for what is told here: a service manager that is gone misses nothing.
    // SAFETY: the kernel reads both arrays during the call, and no more of them than is said.
    _ = unsafe address.withUnsafeBytes { place in
      unsafe sendto(
        descriptor.number, bytes, bytes.count, switchyard_no_signal,
        place.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(place.count))
    }
  }
}
