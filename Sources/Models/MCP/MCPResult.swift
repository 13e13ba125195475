internal import Wire

/// What came of a call of a server's tool.
package struct MCPResult: Hashable, Sendable {
  /// What a model is told.
  package let value: ToolValue
  /// Whether the tool says that it failed.
  package let isError: Bool

  /// Reads the result of `tools/call`.
  init(_ result: WireValue) throws(MCPFailure) {
    let blocks: [WireValue]
    switch result["content"] {
    case .array(let elements)?: blocks = elements
    case nil where result["structuredContent"]?.isMap == true: blocks = []
    default: throw .malformed("a result of a call without content")
    }
    switch result["isError"] {
    case nil, .bool(false)?: isError = false
    case .bool(true)?: isError = true
    default: throw .malformed("isError is neither true nor false")
    }
    let structured = result["structuredContent"].flatMap { $0.isMap ? $0 : nil }
    if let structured, !isError {
      value = Self.bounded(structured)
    } else {
      let text = blocks.map(Self.text).joined(separator: "\n")
      value = .text(Self.bounded(text.isEmpty ? structured?.jsonText ?? "" : text))
    }
  }

  /// What a failed call says.
  package var errorText: String {
    switch value {
    case .text(let text) where !text.isEmpty: text
    default: "the tool failed and does not say why"
    }
  }

  private static func bounded(_ value: WireValue) -> ToolValue {
    let text = value.jsonText
    guard text.utf8.count > MCPLimits.resultBytesMax else { return ToolValue(value) }
    return .text(bounded(text))
  }

  private static func bounded(_ text: String) -> String {
    let kept = MCPTool.cut(text, bytesMax: MCPLimits.resultBytesMax)
    let rest = text.utf8.count - kept.utf8.count
    return rest == 0 ? kept : "\(kept)… (\(rest) bytes more are left out)"
  }

  /// A block of content as text; what models cannot read as text is named only.
  private static func text(of block: WireValue) -> String {
    switch block["type"]?.text {
    case "text"?: return block["text"]?.text ?? ""
    case "image"?, "audio"?:
      let type = block["mimeType"]?.text ?? "data"
      return named("\(type), \(block["data"]?.text?.utf8.count ?? 0) bytes of base64")
    case "resource_link"?:
      return named("\(block["name"]?.text ?? "a resource") at \(block["uri"]?.text ?? "?")")
    case "resource"?:
      let resource = block["resource"]
      return resource?["text"]?.text ?? named("\(resource?["uri"]?.text ?? "a resource"), no text")
    default: return named("content of a kind that is not known here")
    }
  }

  private static func named(_ what: String) -> String {
    "[\(Excerpt.clipped(what, scalarsMax: MCPLimits.sentenceMax))]"
  }
}
