/// Why recordings cannot be played.
package struct RecordingProblem: Error, Hashable, Sendable {
  /// The name of the file; nil for the folder.
  package private(set) var file: String?
  /// The member that is wrong, outermost first; empty for the whole.
  package let place: String
  /// The byte at which it is found out; nil where it is not the spelling that is wrong.
  package let byte: Int?
  /// What is wrong.
  package let reason: String

  init(file: String? = nil, place: String = "", byte: Int? = nil, reason: String) {
    self.file = file
    self.place = place
    self.byte = byte
    self.reason = reason
  }

  /// The same problem of a file of that name.
  func within(file: String) -> RecordingProblem {
    var problem = self
    problem.file = file
    return problem
  }
}

extension RecordingProblem: CustomStringConvertible {
  /// Where it is and what is wrong, for operators.
  package var description: String {
    let places = [file, place.isEmpty ? nil : place, byte.map { "byte \($0)" }].compactMap { $0 }
    return (places.isEmpty ? "" : places.joined(separator: ", ") + ": ") + reason
  }
}
