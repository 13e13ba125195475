/// A model's wish that a tool be run.
package struct ToolCall: Hashable, Sendable {
  /// Names the call within its run.
  package let id: String
  /// The tool's name.
  package let name: String
  /// What the tool is given.
  package let arguments: [ToolArgument]

  package init(id: String, name: String, arguments: [ToolArgument]) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}

extension ToolCall {
  /// The tokens of the name and the arguments.
  var tokens: Int {
    Tokenizer.count(name) + Tokenizer.count(ToolValue.record(arguments).plainText)
  }
}
