package import Contract
import Negotiation
package import Wire

/// Describes the interface as an OpenAPI 3.1 document, made from the rows alone.
package enum OpenAPI {
  /// The document for `rows`; `version` is the server's own.
  package static func document(
    _ rows: [MethodDescription], limits: InterfaceLimits, version: String
  ) -> WireValue {
    var components = SchemaComponents(prefix: "#/components/schemas/")
    let paths = paths(rows, &components)
    let responses = OpenAPIResponses.components(rows, &components)
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Switchyard", "version": .text(version),
        "description": .text(Reference.introduction),
        "x-limits": [
          "bodyBytesMax": .integer(Int64(limits.bodyBytesMax)),
          "targetBytesMax": .integer(Int64(limits.targetBytesMax)),
          "queryParametersMax": .integer(Int64(limits.queryParametersMax)),
        ],
      ],
      "servers": [["url": "/"]],
      "tags": .array(tags(rows)),
      "paths": .map(paths),
      "components": [
        "schemas": components.map,
        "responses": .map(responses),
        "parameters": .map(OpenAPIParameters.components()),
        "headers": .map(OpenAPIResponses.headers),
        "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
      ],
    ]
  }

  private static func tags(_ rows: [MethodDescription]) -> [WireValue] {
    let zones = Set(rows.map(\.zone))
    return Zone.allCases.filter(zones.contains).map { ["name": .text($0.rawValue)] }
  }

  private static func paths(
    _ rows: [MethodDescription], _ components: inout SchemaComponents
  ) -> [WireMember] {
    var paths: WireValue = [:]
    for row in rows {
      let path = row.path.description
      var item = paths[path] ?? [:]
      item[row.verb.rawValue.lowercased()] = operation(row, &components)
      paths[path] = item
    }
    guard case .map(let members) = paths else { return [] }
    return members
  }

  private static func operation(
    _ row: MethodDescription, _ components: inout SchemaComponents
  ) -> WireValue {
    var operation: WireValue = [
      "operationId": .text(row.name), "summary": .text(row.summary),
      "tags": [.text(row.zone.rawValue)],
      "parameters": .array(OpenAPIParameters.of(row, &components)),
    ]
    if let body = requestBody(row, &components) { operation["requestBody"] = body }
    operation["x-grpc"] = .text("/\(row.name)")
    operation["responses"] = OpenAPIResponses.of(row, &components)
    let bearer: WireValue = ["bearer": []]
    operation["security"] =
      switch (row.permission, row.knowsCaller) {
      case (nil, false): []
      case (nil, true): [[:], bearer]
      default: [bearer]
      }
    if let permission = row.permission { operation["x-permission"] = .text(permission.rawValue) }
    let scope = Manual.scopeFields(row)
    if !scope.isEmpty { operation["x-scope"] = .array(scope.map { .text($0) }) }
    return operation
  }

  private static func requestBody(
    _ row: MethodDescription, _ components: inout SchemaComponents
  ) -> WireValue? {
    guard let record = row.bodySchema else { return nil }
    let schema = Schema.record(record).jsonSchema(in: &components)
    let example = OpenAPIExamples(row)
    let content = row.bodyTypes.map { type in
      let raw = type == .markdown ? markdownSchema(row, &components) : nil
      var media: WireValue = ["schema": raw ?? schema]
      if let shown = type == .markdown ? example.markdown : example.body {
        media["example"] = shown
      }
      return WireMember(.text("\(type.row.name)"), media)
    }
    return [
      "required": .bool(record.fields.contains(where: \.isRequired)), "content": .map(content),
    ]
  }

  private static func markdownSchema(
    _ row: MethodDescription, _ components: inout SchemaComponents
  ) -> WireValue? {
    row.input.fields.first { $0.name == row.markdownField }?.schema.jsonSchema(in: &components)
  }
}
