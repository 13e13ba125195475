/// What is wrong with a mock script, and where.
package struct MockScriptError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Problem: Hashable, Sendable {
    case missing
    case wrongKind(expected: String)
    case unknownField
    case repeatedField
    case outOfRange(ClosedRange<Int>)
    case tooLong(bytesMax: Int)
    /// Steps, tokens or fields.
    case tooMany(Int)
    /// All steps together emit more than this many bytes.
    case tooMuchOutput(bytesMax: Int)
    /// Not `[A-Z][A-Z0-9_]{0,63}`.
    case notACode
    /// Nothing follows a step that fails or hangs.
    case unreachable
  }

  /// The field path from the run's metadata on, such as `mock.steps[2].tokens[0]`.
  package let path: String
  /// What is wrong there.
  package let problem: Problem

  package init(at path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// One sentence for people.
  package var message: String {
    let what =
      switch problem {
      case .missing: "is missing"
      case .wrongKind(let expected): "must be \(expected)"
      case .unknownField: "is not a field of a mock script"
      case .repeatedField: "stands there twice"
      case .outOfRange(let range): "must be from \(range.lowerBound) to \(range.upperBound)"
      case .tooLong(let bytesMax): "is longer than \(bytesMax) bytes"
      case .tooMany(let most): "has more than \(most) items"
      case .tooMuchOutput(let bytesMax): "brings the output above \(bytesMax) bytes"
      case .notACode: "must be capitals, digits and underscores, at most 64, a capital first"
      case .unreachable: "comes after a step that ends the run"
      }
    return "The script's \(Excerpt.clipped(path, scalarsMax: Self.pathMax)) \(what)."
  }

  /// The most scalars of a path that a message repeats.
  private static let pathMax = 200
}
