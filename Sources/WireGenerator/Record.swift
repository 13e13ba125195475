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
