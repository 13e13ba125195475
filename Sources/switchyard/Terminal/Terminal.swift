import Glibc

/// What a command's output goes to, and what may be shown there.
enum Terminal {
  static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }
  static var isError: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether output is coloured: on a terminal that can, unless `NO_COLOR` says not to.
  static var hasColours: Bool {
    let environment = SettingsReading.environment
    return isOutput && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Does what reads from the terminal while nothing that is typed is shown.
  static func withoutEcho<T>(_ work: () throws(StartFailure) -> T) throws(StartFailure) -> T {
    var kept = termios()
    // SAFETY: the kernel fills `kept`, which outlives the call.
    guard unsafe tcgetattr(STDIN_FILENO, &kept) == 0 else { return try work() }
    var silent = kept
    silent.c_lflag &= ~tcflag_t(ECHO)
    FileText.write(Array("password: ".utf8), to: STDERR_FILENO)
    // SAFETY: the kernel reads `silent`, which outlives the call.
    _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      // SAFETY: as above.
      _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &kept)
      FileText.write([UInt8(ascii: "\n")], to: STDERR_FILENO)
    }
    return try work()
  }

  /// Columns when the terminal does not say.
  private static let columnsStandard = 80

  /// The width of the terminal.
  static var columns: Int {
    var size = winsize()
    // SAFETY: the kernel fills `size`, which outlives the call.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return columnsStandard
    }
    return Int(size.ws_col)
  }
}

/// How words stand out; plain text where there are no colours.
struct TextStyle {
  private let hasColours: Bool

  init(hasColours: Bool) { self.hasColours = hasColours }

  func bold(_ text: String) -> String { marked(text, "1") }

  func dim(_ text: String) -> String { marked(text, "2") }

  private func marked(_ text: String, _ code: String) -> String {
    hasColours && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
