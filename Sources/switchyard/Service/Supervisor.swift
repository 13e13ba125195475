import Contract
import Gateway
import Glibc

/// What systemd, or anything that follows its conventions, tells this process and is told by it:
/// sockets that listen already (sd_listen_fds(3)), and where the service stands (sd_notify(3)).
struct Supervisor: Sendable {
  /// Descriptors that listen, the first at 3.
  let sockets: [Int32]
  private let socket: ServiceSocket?

  private static let firstDescriptor: Int32 = 3
  private static let descriptorsMax: Int32 = 64

  /// Reads what the environment says, if it says it of this process.
  init(_ environment: [String: String]) throws(StartFailure) {
    socket = environment["NOTIFY_SOCKET"].flatMap { ServiceSocket(path: $0) }
    guard environment["LISTEN_PID"] == "\(getpid())", let text = environment["LISTEN_FDS"] else {
      sockets = []
      return
    }
    guard let count = Int32(text), (0...Self.descriptorsMax).contains(count) else {
      throw StartFailure(
        .configuration, "LISTEN_FDS is \(text) but must be from 0 to \(Self.descriptorsMax)")
    }
    sockets = (0..<count).map { Self.firstDescriptor + $0 }
  }

  /// Says that requests are answered at this URL.
  func ready(at url: String) { socket?.send("READY=1\nSTATUS=listening on \(url)\n") }

  /// Says that certificates are being read again.
  func reloading() {
    let microseconds = SystemMonotonicClock().nanoseconds / 1000
    socket?.send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\n")
  }

  /// Says that what is in flight is being finished.
  func stopping() { socket?.send("STOPPING=1\nSTATUS=draining\n") }
}
