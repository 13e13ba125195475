package import Contract
import Negotiation
import Wire

/// The manual of the interface, made from the rows alone: the Markdown form of the OpenAPI
/// document, for people and for language models.
package enum Reference {
  /// What holds for all methods, in one paragraph.
  static let introduction = """
    Every method answers in JSON, CBOR and Markdown, as Accept asks, and is a gRPC method with \
    messages of CBOR or JSON under its own name. A refusal has the same shape in every format.
    """

  /// The manual of `rows`.
  package static func markdown(
    _ rows: [MethodDescription], limits: InterfaceLimits, version: String
  ) -> String {
    var types = ReferenceTypes()
    let zones = Zone.allCases.filter { zone in rows.contains { $0.zone == zone } }
    let methods = zones.map { zone in
      "## \(zone.rawValue)\n\n"
        + rows.filter { $0.zone == zone }.map { method($0, &types) }.joined(separator: "\n")
    }
    return """
      # Switchyard \(version)

      \(introduction)

      \(rules(limits))

      \(methods.joined(separator: "\n"))
      ## Types

      \(types.text)
      """
  }

  private static func rules(_ limits: InterfaceLimits) -> String {
    let codes = FaultCode.allCases.map { code in
      "| \(code.row.status) | \(code.row.number) | \(code.row.title) "
        + "| \(code.row.isRetryable ? "yes" : "no") |"
    }
    return """
      * **Authorisation** is `authorization: Bearer TOKEN`. The *scope* of a method names the \
      fields that say in whose place a request acts; those in parentheses may be left out.
      * **A body** is JSON or CBOR by `content-type`, at most \(limits.bodyBytesMax) bytes; path \
      and query carry the input where there is none. An unknown field is refused.
      * **A change** with an `idempotency-key` is done once for all with that key; outcomes are \
      kept for 24 hours.
      * **A stream** comes as \(streams), by WebSocket (RFC 8441) or as a gRPC stream; \
      `last-event-id` or `cursor` resumes it.
      * `x-correlation-id` names a request in the logs and comes back.

      | refused with | gRPC's number | is | may succeed later |
      |---|---|---|---|
      \(unique(codes).joined(separator: "\n"))

      """
  }

  private static func method(_ row: MethodDescription, _ types: inout ReferenceTypes) -> String {
    let short = row.name.split(separator: ".").last.map(String.init) ?? row.name
    let scope = Manual.scopeFields(row)
    var facts = [
      "`\(row.verb.rawValue) \(row.path)`, gRPC `/\(row.name)`",
      "permission: \(row.permission?.rawValue ?? "none")"
        + (scope.isEmpty ? "" : "; scope: \(scope.joined(separator: ", "))"),
      "refusals: \(Manual.refusals(row).map(String.init).joined(separator: ", "))",
    ]
    if let field = row.markdownField {
      facts.append("a body of `text/markdown` is `\(field)`; other fields are then in the query")
    }
    let answer =
      row.isFeed
      ? "Answers with a stream of \(types.words(row.output))."
      : "Answers \(row.status) with \(types.words(row.output))."
    return """
      ### \(short)

      \(row.summary)

      \(facts.map { "* \($0)" }.joined(separator: "\n"))

      \(types.fields(row.input, else: "It takes no input."))
      \(answer)
      \(example(row))
      """
  }

  private static func example(_ row: MethodDescription) -> String {
    guard let example = row.example else { return "" }
    return """

      ```json
      \(example.input)
      ```

      ```json
      \(example.answer)
      ```

      """
  }

  private static var streams: String {
    FeedFormat.negotiated.map { "`\($0.mediaType.row.name)`" }.joined(separator: ", ")
  }

  private static func unique(_ lines: [String]) -> [String] {
    lines.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
