extension Schema {
  /// A JSON Schema (draft 2020-12) that stands alone, with the named schemas under `$defs`.
  package func jsonSchema() -> WireValue {
    var components = SchemaComponents(prefix: "#/$defs/")
    var schema = jsonSchema(in: &components)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if !components.definitions.isEmpty { schema["$defs"] = components.map }
    return schema
  }

  /// The schema with its records and choices as references into `components`.
  package func jsonSchema(in components: inout SchemaComponents) -> WireValue {
    switch self {
    case .record(let record):
      components.reference(record.name, self) { record.jsonSchema(in: &$0) }
    case .choice(let choice): components.reference(choice.name, self) { _ in choice.jsonSchema }
    case .text(let text): text.jsonSchema
    case .integer(let minimum, let maximum):
      WireValue.map([
        ("type", "integer"), ("minimum", minimum.map(WireValue.integer)),
        ("maximum", maximum.map(WireValue.integer)),
      ])
    case .number(let minimum, let maximum):
      WireValue.map([
        ("type", "number"), ("minimum", minimum.map(WireValue.double)),
        ("maximum", maximum.map(WireValue.double)),
      ])
    case .boolean: ["type": "boolean"]
    case .bytes: ["type": "string", "contentEncoding": "base64url"]
    case .timestamp: ["type": "string", "format": "date-time"]
    case .array(let element, let minimum, let maximum):
      WireValue.map([
        ("type", "array"), ("items", element.jsonSchema(in: &components)),
        ("minItems", minimum.map { .integer(Int64($0)) }),
        ("maxItems", maximum.map { .integer(Int64($0)) }),
      ])
    case .dictionary(let value):
      ["type": "object", "additionalProperties": value.jsonSchema(in: &components)]
    case .nullable(let schema): Schema.nullable(schema.jsonSchema(in: &components))
    case .open: [:]
    }
  }

  /// The schema that takes null besides what `schema` takes.
  private static func nullable(_ schema: WireValue) -> WireValue {
    guard schema != [:] else { return schema }
    guard case .text(let type)? = schema["type"] else {
      return ["anyOf": [schema, ["type": "null"]]]
    }
    var schema = schema
    schema["type"] = [.text(type), "null"]
    return schema
  }
}

extension WireValue {
  /// A map of the members that have a value.
  fileprivate static func map(_ members: [(String, WireValue?)]) -> WireValue {
    .map(members.compactMap { key, value in value.map { WireMember(.text(key), $0) } })
  }

  fileprivate static func documented(_ schema: WireValue, _ text: String) -> WireValue {
    guard !text.isEmpty else { return schema }
    var schema = schema
    schema["description"] = .text(text)
    return schema
  }
}

extension RecordSchema {
  fileprivate func jsonSchema(in components: inout SchemaComponents) -> WireValue {
    var properties: [WireMember] = []
    for field in fields {
      var schema = WireValue.documented(
        field.schema.jsonSchema(in: &components), field.documentation)
      if let standard = field.standard { schema["default"] = standard }
      properties.append(WireMember(.text(field.name), schema))
    }
    let required = fields.filter(\.isRequired).map { WireValue.text($0.name) }
    var schema: WireValue = ["type": "object", "properties": .map(properties)]
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    return WireValue.documented(schema, documentation)
  }
}

extension ChoiceSchema {
  fileprivate var jsonSchema: WireValue {
    WireValue.documented(
      ["type": "string", "enum": .array(choices.map(WireValue.text))], documentation)
  }
}

extension TextSchema {
  fileprivate var jsonSchema: WireValue {
    WireValue.map([
      ("type", "string"), ("minLength", minimum.map { .integer(Int64($0)) }),
      ("maxLength", maximum.map { .integer(Int64($0)) }), ("pattern", pattern.map(WireValue.text)),
      ("format", format.map(WireValue.text)),
    ])
  }
}
