internal import Wire

extension ToolDescription {
  /// A JSON Schema of the arguments.
  ///
  /// Of those that are known one by one it is in the part of JSON Schema that all providers read.
  var jsonSchema: WireValue {
    switch input {
    case .arguments(let arguments):
      .record(
        properties: arguments.map { ($0.name, $0.jsonSchema) },
        required: arguments.filter(\.isRequired).map(\.name))
    case .schema(let schema): schema
    }
  }
}

extension WireValue {
  fileprivate static func record(
    properties: [(name: String, schema: WireValue)], required: [String]
  ) -> WireValue {
    var schema: WireValue = [
      "type": "object",
      "properties": .map(properties.map { WireMember(.text($0.name), $0.schema) }),
    ]
    if !required.isEmpty { schema["required"] = .array(required.map(WireValue.text)) }
    return schema
  }
}

extension ToolDescription.Argument {
  fileprivate var jsonSchema: WireValue {
    switch kind {
    case .text(let bytesMax):
      // Not `maxLength`: llama.cpp writes it out as that many steps of a grammar, and refuses
      // more than 2,000.
      ["type": "string", "description": .text("\(summary) At most \(bytesMax) bytes.")]
    case .integer(let range):
      [
        "type": "integer", "description": .text(summary), "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .number: ["type": "number", "description": .text(summary)]
    case .boolean: ["type": "boolean", "description": .text(summary)]
    case .choice(let choices):
      [
        "type": "string", "description": .text(summary),
        "enum": .array(choices.map(WireValue.text)),
      ]
    }
  }
}
