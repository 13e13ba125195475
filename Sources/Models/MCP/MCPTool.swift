package import Wire

/// A tool that a server offers.
package struct MCPTool: Hashable, Sendable {
  package let name: String
  /// What models are told of it, never empty.
  package let summary: String
  /// A JSON schema of an object: what a call may be given.
  package let schema: WireValue
  /// Whether the server says that a call changes nothing.
  package let isReadOnly: Bool

  package init(name: String, summary: String, schema: WireValue, isReadOnly: Bool) {
    self.name = name
    self.summary = summary
    self.schema = schema
    self.isReadOnly = isReadOnly
  }

  /// The tool of a list; nil for one that cannot be offered: a strange name, a schema that is none
  /// or too long.
  init?(listed value: WireValue) throws(MCPFailure) {
    guard let name = value["name"]?.text else { throw .malformed("a tool without a name") }
    guard MCPName.isTool(name), let schema = value["inputSchema"], schema.isMap,
      schema["type"] == "object", schema.json().count <= MCPLimits.schemaBytesMax
    else { return nil }
    let annotations = value["annotations"]
    let words = [value["description"], value["title"], annotations?["title"]]
    let summary = words.lazy.compactMap { $0?.text }.first { $0.contains { !$0.isWhitespace } }
    self.init(
      name: name,
      summary: Self.cut(summary ?? name, bytesMax: MCPLimits.descriptionBytesMax),
      schema: schema, isReadOnly: annotations?["readOnlyHint"] == true)
  }

  /// What models are told.
  package var description: ToolDescription {
    ToolDescription(name: name, summary: summary, schema: schema)
  }

  /// The text, or as much of it as has no more than these bytes.
  static func cut(_ text: String, bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    return String(text[..<end])
  }
}

/// The tool as the store keeps it.
extension MCPTool {
  /// A map of all that is known.
  package var wireValue: WireValue {
    [
      "name": .text(name), "summary": .text(summary), "schema": schema,
      "read_only": .bool(isReadOnly),
    ]
  }

  /// Reads what `wireValue` wrote.
  package init?(stored value: WireValue) {
    guard let name = value["name"]?.text, let summary = value["summary"]?.text,
      let schema = value["schema"]
    else { return nil }
    self.init(
      name: name, summary: summary, schema: schema, isReadOnly: value["read_only"] == true)
  }
}

extension [MCPTool] {
  /// The tools of a list as the store keeps it; what is none of them is left out.
  package init(stored value: WireValue) {
    self = (value.elements ?? []).compactMap(MCPTool.init(stored:))
  }
}

/// The names that servers and their tools may have.
package enum MCPName {
  /// The most letters of a name.
  package static let max = 64

  /// Whether a tool may be called so.
  package static func isTool(_ name: String) -> Bool {
    (1...max).contains(name.utf8.count) && name.utf8.allSatisfy(isLetter)
  }

  /// Whether a server may be called so: as a tool, but with a letter or digit first, for there is a
  /// folder of that name.
  package static func isServer(_ name: String) -> Bool {
    guard let first = name.utf8.first, !"_.-".utf8.contains(first) else { return false }
    return isTool(name)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_.-".utf8.contains(byte)
    }
  }
}
