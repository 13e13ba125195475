/// The tools of one run, by name.
package struct Toolbox: Sendable {
  private let tools: [any Tool]
  /// What a model is told, in the order the tools were given.
  package let descriptions: [ToolDescription]

  /// Two tools of one name are a mistake of whoever built the box.
  package init(_ tools: [any Tool]) {
    self.tools = tools
    descriptions = tools.map(\.description)
    let names = Set(descriptions.map(\.name))
    precondition(names.count == tools.count, "two tools of one name")
  }

  /// The tool called `name`, if the box holds it.
  package subscript(name: String) -> (any Tool)? {
    descriptions.firstIndex { $0.name == name }.map { tools[$0] }
  }

  /// Runs the tool a call names, after its arguments were checked; `now` is in milliseconds since
  /// 1970-01-01T00:00:00Z.
  package nonisolated(nonsending) func run(
    _ call: ToolCall, at now: Int64
  ) async throws(ToolError) -> ToolValue {
    guard let tool = self[call.name] else { throw .unknownTool(call.name) }
    try tool.description.check(call.arguments)
    return try await tool.run(call.arguments, at: now)
  }
}
