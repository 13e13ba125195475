package import Contract
package import Wire

/// What the bodies of `ErrorShape+Value.swift` look like, for documents.
extension ErrorShape {
  /// The schema of every body in this shape.
  package var schema: Schema {
    switch self {
    case .envelope:
      Self.record(
        "ErrorEnvelope", "A refusal.",
        [
          Self.field(
            "error", "What went wrong.",
            Self.record(
              "Error", "A refusal in words and as a code.",
              [
                Self.field("code", "The published name of the refusal.", Self.text),
                Self.field("message", "A sentence for people.", Self.text),
                Self.field("details", "Facts for programs.", .dictionary(of: .open)),
              ]))
        ])
    case .problem:
      Self.record(
        "Problem", "A refusal (RFC 9457).", Self.problemFields + [Self.errors, Self.details])
    case .codedProblem:
      Self.record(
        "CodedProblem", "A refusal with a code (RFC 9457).",
        Self.problemFields + [
          Self.field("code", "The published name of the refusal.", Self.text),
          Self.field("correlationId", "The request's id in the logs.", Self.text),
          Self.errors, Self.details,
        ])
    case .rpcError:
      Self.record(
        "RpcError", "A refusal; both spellings of its message are the same.",
        [
          Self.field("message", "A sentence for people.", Self.text),
          Self.data,
          Self.field(
            "error", "The same again.",
            Self.record(
              "RpcErrorBody", "A refusal in words.",
              [Self.field("message", "A sentence for people.", Self.text), Self.data])),
        ])
    }
  }

  private static let text = Schema.text(TextSchema())
  private static let details = field(
    "details", "Facts for programs.", .dictionary(of: .open), isRequired: false)
  private static let data = field(
    "data", "Facts for programs.", .dictionary(of: .open), isRequired: false)
  private static let errors = field(
    "errors", "What is wrong with the input.",
    .array(of: inputError, minimum: nil, maximum: nil), isRequired: false)
  private static let inputError = record(
    "InputError", "What is wrong with one field.",
    [
      field("field", "The path of the field; empty for the whole input.", text),
      field("code", "The kind of mistake.", text),
      field("message", "A sentence for people.", text),
    ])
  private static let problemFields = [
    field("type", "A URI for the kind of refusal.", text),
    field("title", "The status in words.", text),
    field("status", "The HTTP status.", .integer(minimum: 400, maximum: 599)),
    field("detail", "A sentence for people.", text),
    field("instance", "The request's path.", text),
  ]

  private static func record(
    _ name: String, _ documentation: String, _ fields: [FieldSchema]
  ) -> Schema {
    .record(RecordSchema(name: name, documentation: documentation, fields: fields))
  }

  private static func field(
    _ name: String, _ documentation: String, _ schema: Schema, isRequired: Bool = true
  ) -> FieldSchema {
    FieldSchema(name: name, documentation: documentation, schema: schema, isRequired: isRequired)
  }
}
