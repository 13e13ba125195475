import Contract
import Negotiation
import Wire

/// The parameters of operations: fields, path and query.
enum OpenAPIParameters {
  /// The parameters that many operations share.
  static func components() -> [WireMember] {
    [
      WireMember(
        key(CorrelationID.fieldName),
        header(
          CorrelationID.fieldName, isRequired: false,
          "The client's own id for the request; it comes back, and a new one where there is none.",
          pattern: "^[A-Za-z0-9._:-]{1,128}$")),
      WireMember(key(IdempotencyKey.fieldName), idempotencyKey(isRequired: false)),
    ]
  }

  /// The parameters of one operation.
  static func of(_ row: MethodDescription, _ components: inout SchemaComponents) -> [WireValue] {
    let inPath = row.path.parameters
    let examples = OpenAPIExamples(row)
    var parameters = inPath.compactMap { name in
      row.input.fields.first { $0.name == name }
        .map { parameter($0, in: "path", isRequired: true, examples, &components) }
    }
    if row.isBodyless {
      for field in row.input.fields where !inPath.contains(field.name) {
        parameters.append(
          parameter(field, in: "query", isRequired: field.isRequired, examples, &components))
      }
    }
    for field in row.fieldsBesideMarkdown {
      var beside = parameter(field, in: "query", isRequired: false, examples, &components)
      beside["description"] = .text("\(field.documentation) Only beside a body of Markdown.")
      beside["x-beside"] = .text("\(MediaType.markdown.row.name)")
      parameters.append(beside)
    }
    for part in ScopeReader.parts(row) {
      // A part may stand in the query where the method has a place for it there.
      let isRequired = part.isRequired && part.spare == nil
      parameters.append(
        header(
          part.field, isRequired: isRequired, "A part of the scope that the request acts in.",
          pattern: scopePattern))
      guard let spare = part.spare else { continue }
      parameters.append(
        query(spare, "Stands in for \(part.field), which wins.", pattern: scopePattern))
    }
    if row.isFeed {
      parameters += [
        query(
          StreamTicketParameter.name,
          "A ticket of POST /stream-tickets in the place of a token; good once.",
          pattern: "^.{1,128}$"),
        header(
          "last-event-id", isRequired: false,
          "The id of the last message that the client has; what comes behind it follows.",
          pattern: "^.*$"),
      ]
    }
    parameters.append(reference(CorrelationID.fieldName))
    switch row.keyRule {
    case .ignored: break
    case .honoured: parameters.append(reference(IdempotencyKey.fieldName))
    case .required: parameters.append(idempotencyKey(isRequired: true))
    }
    return parameters
  }

  private static func idempotencyKey(isRequired: Bool) -> WireValue {
    header(
      IdempotencyKey.fieldName, isRequired: isRequired,
      "The request is done once for all with this key; outcomes are kept for 24 hours.",
      pattern: "^\"?[!-~]{1,255}\"?$")
  }

  private static func parameter(
    _ field: FieldSchema, in place: String, isRequired: Bool, _ examples: OpenAPIExamples,
    _ components: inout SchemaComponents
  ) -> WireValue {
    var schema = field.schema.jsonSchema(in: &components)
    if let standard = field.standard { schema["default"] = standard }
    var value: WireValue = [
      "name": .text(field.name), "in": .text(place), "required": .bool(isRequired),
      "description": .text(field.documentation), "schema": schema,
    ]
    if let example = examples.parameter(field.name) { value["example"] = example }
    return value
  }

  private static func header(
    _ name: StaticString, isRequired: Bool, _ description: String, pattern: String
  ) -> WireValue {
    [
      "name": key(name), "in": "header", "required": .bool(isRequired),
      "description": .text(description), "schema": ["type": "string", "pattern": .text(pattern)],
    ]
  }

  private static let scopePattern = "^[A-Za-z0-9._:@-]{1,128}$"

  private static func query(_ name: String, _ description: String, pattern: String) -> WireValue {
    [
      "name": .text(name), "in": "query", "required": false, "description": .text(description),
      "schema": ["type": "string", "pattern": .text(pattern)],
    ]
  }

  private static func reference(_ name: StaticString) -> WireValue {
    ["$ref": .text("#/components/parameters/\(name)")]
  }

  private static func key(_ name: StaticString) -> WireValue { .text("\(name)") }
}
