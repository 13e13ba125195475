/// A struct whose coding is to be written.
struct Record: Hashable, Sendable {
  /// The full name, outermost type first.
  let path: [String]
  let isPackage: Bool
  let documentation: String
  let omitsNil: Bool
  let fields: [Field]

  var name: String { path.joined(separator: ".") }
}

/// A stored property of a record.
struct Field: Hashable, Sendable {
  /// The property's name as source writes it, with the backticks that a keyword needs.
  let source: String
  /// The name on the wire.
  let wireName: String
  let type: TypeName
  /// The value that stands in when the field is absent.
  let standard: Expression?
  let documentation: String
  /// Where the property is declared in its file.
  let offset: Int
}

/// An enum with raw text whose coding is to be written.
struct Choice: Hashable, Sendable {
  let path: [String]
  let isPackage: Bool
  let documentation: String
  let cases: [Case]

  struct Case: Hashable, Sendable {
    /// The case's name as source writes it.
    let source: String
    /// The raw value.
    let text: String
  }

  var name: String { path.joined(separator: ".") }
}

/// A default value as source, with the names in it that may have to be qualified elsewhere.
struct Expression: Hashable, Sendable, CustomStringConvertible {
  enum Piece: Hashable, Sendable {
    case verbatim(String)
    case name(String)
  }

  let pieces: [Piece]

  var description: String { source { $0 } }

  /// The source with every free name replaced by what `rename` makes of it.
  func source(_ rename: (String) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .verbatim(let text): text
      case .name(let name): rename(name)
      }
    }.joined()
  }
}

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
