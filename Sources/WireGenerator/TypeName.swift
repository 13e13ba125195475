/// A written type, as far as fields of coded types go.
indirect enum TypeName: Hashable, Sendable {
  /// `Wire.Text<1, 80>`: parts joined with dots, each with its arguments.
  case named([Part])
  case optional(TypeName)
  case array(TypeName)

  struct Part: Hashable, Sendable {
    let name: String
    let arguments: [Argument]
  }

  enum Argument: Hashable, Sendable {
    case type(TypeName)
    case integer(String)
  }

  static func named(_ name: String) -> TypeName {
    .named([Part(name: name, arguments: [])])
  }

  var isOptional: Bool {
    if case .optional = self { true } else { false }
  }

  /// Whether it is `Patch<…>`, which tells an absent field from a null one.
  var isPatch: Bool {
    switch self {
    case .named(let parts):
      parts.last?.name == "Patch" && (parts.count == 1 || parts.first?.name == "Wire")
    case .optional, .array: false
    }
  }

  /// The types directly inside.
  var parts: [TypeName] {
    switch self {
    case .named(let parts): parts.flatMap { part in part.arguments.compactMap(\.type) }
    case .optional(let wrapped): [wrapped]
    case .array(let element): [element]
    }
  }

  /// Every named type in it, itself included, without arguments.
  var names: [[String]] {
    let inner = parts.flatMap(\.names)
    guard case .named(let parts) = self else { return inner }
    return [parts.map(\.name)] + inner
  }

  /// The same type with every name replaced by what `rename` makes of its first part.
  func renamed(_ rename: (String) -> String) -> TypeName {
    switch self {
    case .optional(let wrapped): .optional(wrapped.renamed(rename))
    case .array(let element): .array(element.renamed(rename))
    case .named(let parts):
      .named(
        parts.enumerated().map { index, part in
          Part(
            name: index == 0 ? rename(part.name) : part.name,
            arguments: part.arguments.map { argument in argument.renamed(rename) })
        })
    }
  }
}

extension TypeName.Argument {
  var type: TypeName? {
    if case .type(let type) = self { type } else { nil }
  }

  func renamed(_ rename: (String) -> String) -> TypeName.Argument {
    switch self {
    case .type(let type): .type(type.renamed(rename))
    case .integer: self
    }
  }
}

extension TypeName: CustomStringConvertible {
  /// Swift source that means this type in an expression as well as in a declaration.
  var description: String {
    switch self {
    case .named(let parts): parts.map(\.description).joined(separator: ".")
    case .optional(let wrapped): "Optional<\(wrapped)>"
    case .array(let element): "[\(element)]"
    }
  }
}

extension TypeName.Part: CustomStringConvertible {
  var description: String {
    arguments.isEmpty
      ? name : "\(name)<\(arguments.map(\.description).joined(separator: ", "))>"
  }
}

extension TypeName.Argument: CustomStringConvertible {
  var description: String {
    switch self {
    case .type(let type): type.description
    case .integer(let text): text
    }
  }
}
