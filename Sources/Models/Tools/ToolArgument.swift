/// A named value: an argument of a call, or a field of a record.
package struct ToolArgument: Hashable, Sendable {
  /// What it is called.
  package let name: String
  /// What it is.
  package let value: ToolValue

  package init(_ name: String, _ value: ToolValue) {
    self.name = name
    self.value = value
  }
}

extension [ToolArgument] {
  /// The value called `name`, if there is one.
  package subscript(name: String) -> ToolValue? {
    first { $0.name == name }?.value
  }
}

extension [ToolArgument] {
  /// The text of a call's argument; nil where the call leaves it out.
  package func text(_ name: String) -> String? { self[name]?.text }

  /// The integer of a call's argument; nil where the call leaves it out.
  package func integer(_ name: String) -> Int64? {
    guard case .integer(let value)? = self[name] else { return nil }
    return value
  }

  /// The number of a call's argument, which may be written as an integer; nil where the call leaves
  /// it out.
  package func number(_ name: String) -> Double? {
    switch self[name] {
    case .number(let value)?: value
    case .integer(let value)?: Double(value)
    default: nil
    }
  }

  /// Whether a call's argument is true.
  package func isTrue(_ name: String) -> Bool { self[name] == .boolean(true) }
}
