/// The words of Swift that the generator acts on.
enum Words {
  static let access: Set<String> = [
    "open", "public", "package", "internal", "fileprivate", "private",
  ]

  static let modifiers: Set<String> = [
    "static", "final", "lazy", "weak", "unowned", "mutating", "nonmutating", "consuming",
    "borrowing", "override", "required", "convenience", "dynamic", "optional", "nonisolated",
    "indirect", "prefix", "postfix", "infix", "distributed",
  ]

  static let types: Set<String> = ["struct", "enum", "class", "actor", "extension", "protocol"]

  /// Members that have a body.
  static let functions: Set<String> = ["func", "init", "deinit", "subscript"]

  /// Words that can start a member.
  static let declarations: Set<String> = access.union(modifiers).union(types).union(functions)
    .union(["let", "var", "case", "typealias", "associatedtype", "import", "macro"])

  /// Words after which the next name is being declared.
  static let binders: Set<String> = [
    "let", "var", "func", "case", "typealias", "associatedtype", "macro",
  ]

  /// Words after which an expression starts, so that `/` is no division.
  static let beforeExpression: Set<String> = [
    "return", "throw", "in", "case", "if", "guard", "while", "switch", "where", "try", "await",
    "else", "is", "as", "yield",
  ]
}
