/// The shape of a coded type: what OpenAPI, CDDL and the manual are made from.
package indirect enum Schema: Hashable, Sendable {
  case record(RecordSchema)
  case choice(ChoiceSchema)
  case text(TextSchema)
  case integer(minimum: Int64?, maximum: Int64?)
  case number(minimum: Double?, maximum: Double?)
  case boolean
  case bytes
  case timestamp
  case array(of: Schema, minimum: Int?, maximum: Int?)
  case dictionary(of: Schema)
  case nullable(Schema)
  /// Anything: open by contract.
  case open
}

/// A struct's shape.
package struct RecordSchema: Hashable, Sendable {
  package let name: String
  package let documentation: String
  package let fields: [FieldSchema]

  package init(name: String, documentation: String, fields: [FieldSchema]) {
    self.name = name
    self.documentation = documentation
    self.fields = fields
  }
}

/// A field's shape.
package struct FieldSchema: Hashable, Sendable {
  package let name: String
  package let documentation: String
  package let schema: Schema
  /// Whether the field must be there when the record is read.
  package let isRequired: Bool
  /// The value that stands in when the field is absent.
  package let standard: WireValue?

  package init(
    name: String, documentation: String, schema: Schema, isRequired: Bool,
    standard: WireValue? = nil
  ) {
    self.name = name
    self.documentation = documentation
    self.schema = schema
    self.isRequired = isRequired
    self.standard = standard
  }
}

/// A closed set of texts.
package struct ChoiceSchema: Hashable, Sendable {
  package let name: String
  package let documentation: String
  package let choices: [String]

  package init(name: String, documentation: String, choices: [String]) {
    self.name = name
    self.documentation = documentation
    self.choices = choices
  }
}

/// A text's limits; lengths count Unicode scalars, as JSON Schema does.
package struct TextSchema: Hashable, Sendable {
  package let minimum: Int?
  package let maximum: Int?
  /// An ECMA-262 regular expression.
  package let pattern: String?
  package let format: String?

  package init(
    minimum: Int? = nil, maximum: Int? = nil, pattern: String? = nil, format: String? = nil
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.pattern = pattern
    self.format = format
  }
}
