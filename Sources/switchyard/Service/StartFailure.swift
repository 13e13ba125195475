/// Why a command could not do its work, and the exit code that says so (sysexits.h).
struct StartFailure: Error, CustomStringConvertible {
  /// What kind of trouble it is.
  enum Kind: Int32, Sendable {
    /// The server, or what was looked at, says no.
    case refused = 1
    /// The command line is wrong.
    case usage = 64
    /// A file that was named cannot be used.
    case certificate = 66
    /// The server is not there, or does not answer.
    case unavailable = 69
    /// Our own bug.
    case software = 70
    /// The system refused something.
    case system = 71
    /// The data folder cannot be used.
    case folder = 73
    /// Another process holds the folder or the port.
    case inUse = 75
    /// The configuration or the database does not fit this binary.
    case configuration = 78
  }

  let kind: Kind
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
