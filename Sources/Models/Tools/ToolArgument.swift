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
