/// What one source file contributes.
struct FileModel: Hashable, Sendable {
  /// The import declarations, without their reach.
  var imports: [String] = []
  var records: [Located<Record>] = []
  var choices: [Located<Choice>] = []
  /// The full names of all types that the file declares, coded or not.
  var declared: Set<[String]> = []

  /// Whether there is coding to write.
  var isCoded: Bool { !records.isEmpty || !choices.isEmpty }
}

/// A declaration with its place.
struct Located<Declaration: Hashable & Sendable>: Hashable, Sendable {
  let declaration: Declaration
  /// Where its keyword is in its file.
  let offset: Int
  /// The full names of the types whose members it sees bare, outermost first, its own last.
  let enclosing: [[String]]
}
