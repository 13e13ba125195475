import Contract
import Negotiation
import Wire

/// The responses of operations.
enum OpenAPIResponses {
  /// The answers of one operation by status: success, then the refusals.
  static func of(_ row: MethodDescription, _ components: inout SchemaComponents) -> WireValue {
    var responses: WireValue = [:]
    responses["\(row.status)"] = success(row, &components)
    if row.isFeed {
      responses["204"] = [
        "description": "The feed has ended and nothing is left to read.", "headers": shared,
      ]
    }
    for status in statuses(row) {
      responses["\(status)"] = ["$ref": .text("#/components/responses/\(name(row.zone, status))")]
    }
    return responses
  }

  /// Every refusal that some row can give, once a shape and status.
  static func components(
    _ rows: [MethodDescription], _ components: inout SchemaComponents
  ) -> [WireMember] {
    var found: [String: WireValue] = [:]
    for row in rows {
      for status in statuses(row) where found[name(row.zone, status)] == nil {
        found[name(row.zone, status)] = refusal(row.zone, status, &components)
      }
    }
    return found.sorted { $0.key < $1.key }.map { WireMember(.text($0.key), $0.value) }
  }

  /// The response fields that many answers share.
  static let headers: [WireMember] = [
    WireMember(
      .text("\(CorrelationID.fieldName)"),
      ["description": "The request's id in the logs.", "schema": ["type": "string"]]),
    WireMember(
      "retry-after",
      ["description": "Seconds to wait before trying again.", "schema": ["type": "integer"]]),
    WireMember(
      "allow",
      ["description": "The methods that the path has.", "schema": ["type": "string"]]),
    WireMember(
      "accept-encoding",
      [
        "description": "Always identity; there when the body's content-encoding was the reason.",
        "schema": ["type": "string"],
      ]),
    WireMember(
      "www-authenticate",
      ["description": "Always Bearer.", "schema": ["type": "string"]]),
  ]

  private static let shared: WireValue = headerReferences(["\(CorrelationID.fieldName)"])

  private static func headerReferences(_ names: [String]) -> WireValue {
    .map(names.map { WireMember(.text($0), ["$ref": .text("#/components/headers/\($0)")]) })
  }

  private static func success(
    _ row: MethodDescription, _ components: inout SchemaComponents
  ) -> WireValue {
    let schema = row.output.jsonSchema(in: &components)
    let example = OpenAPIExamples(row).answer
    guard row.status != 204 else { return ["description": "Done.", "headers": shared] }
    if let type = row.fixedType {
      return [
        "description": "The page.", "headers": shared,
        "content": [.text("\(type.value)"): ["schema": schema]],
      ]
    }
    guard row.isFeed else {
      var media = content(.json, schema, example: example)
      if let event = row.feedEvent?.jsonSchema(in: &components), case .map(let members) = media {
        media = .map(members + feeds(of: event, example: nil))
      }
      return ["description": "The answer.", "headers": shared, "content": media]
    }
    return [
      "description": "The feed: messages with the event in `x-event` as their data.",
      "headers": shared, "content": .map(feeds(of: schema, example: example)),
    ]
  }

  private static func feeds(of event: WireValue, example: WireValue?) -> [WireMember] {
    FeedFormat.negotiated.map(\.mediaType).map { type in
      var media: WireValue = ["schema": ["type": "string"], "x-event": event]
      if let example { media["x-event-example"] = example }
      return WireMember(.text("\(type.row.name)"), media)
    }
  }

  private static func refusal(
    _ zone: Zone, _ status: Int, _ components: inout SchemaComponents
  ) -> WireValue {
    let shape = zone.row.shape
    let rows = FaultCode.allCases.map { (code: $0, row: $0.row(in: zone)) }
      .filter { $0.row.status == status }
    var names = ["\(CorrelationID.fieldName)"]
    if rows.contains(where: { $0.row.isRetryable }) { names.append("retry-after") }
    if rows.contains(where: { $0.code == .methodNotAllowed }) { names.append("allow") }
    if rows.contains(where: { $0.code == .unsupportedMediaType }) {
      names.append("accept-encoding")
    }
    if rows.contains(where: { $0.code == .unauthenticated }) { names.append("www-authenticate") }
    return [
      "description": .text(rows.first?.row.title ?? "Refused"),
      "headers": headerReferences(names),
      "content": content(
        shape.mediaType(of: .json), shape.schema.jsonSchema(in: &components)),
    ]
  }

  /// The same value in every format; Markdown is text to a schema.
  private static func content(
    _ json: MediaType, _ schema: WireValue, example: WireValue? = nil
  ) -> WireValue {
    var media: WireValue = ["schema": schema]
    if let example { media["example"] = example }
    return [
      .text("\(json.row.name)"): media, .text("\(MediaType.cbor.row.name)"): media,
      .text("\(MediaType.markdown.row.name)"): ["schema": ["type": "string"]],
    ]
  }

  private static func statuses(_ row: MethodDescription) -> [Int] {
    Set(PipelineFaults.all(row).map { $0.row(in: row.zone).status }).sorted()
  }

  private static func name(_ zone: Zone, _ status: Int) -> String {
    "\(zone.rawValue)-\(status)"
  }
}
