/// One place where a rule does not hold, and what to do instead.
struct Finding: Hashable, Comparable, CustomStringConvertible {
  let path: String
  /// Counted from 1; 0 when the finding is about the file or folder as a whole.
  let line: Int
  let message: String

  var description: String {
    line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)"
  }

  static func < (one: Finding, other: Finding) -> Bool {
    (one.path, one.line, one.message) < (other.path, other.line, other.message)
  }
}
