/// A value a tool is given or gives back.
package indirect enum ToolValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([ToolValue])
  /// Fields in the order they were written; a name stands in it once.
  case record([ToolArgument])
}

extension ToolValue {
  /// How deep a value is written out; what lies deeper is an ellipsis.
  package static let depthMax = 64

  /// The value as plain text on one line, for people and for counting tokens.
  package var plainText: String { plainText(depth: 0) }

  private func plainText(depth: Int) -> String {
    guard depth < Self.depthMax else { return "…" }
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .text(let text): return text
    case .list(let items):
      return items.map { $0.plainText(depth: depth + 1) }.joined(separator: "; ")
    case .record(let fields):
      return fields.map { "\($0.name): \($0.value.plainText(depth: depth + 1))" }
        .joined(separator: ", ")
    }
  }

  /// The text, if this is one.
  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }
}
