import Contract
import Negotiation
import Routing
import Wire

/// What somebody who calls a method wants to know of it.
struct MethodSheet {
  private let row: MethodDescription

  init(_ row: MethodDescription) { self.row = row }

  /// Shows it to people, or as one JSON object.
  func show(_ report: Report) {
    guard report.isJSON else { return FileText.write([UInt8](text.utf8), to: FileText.output) }
    var components = SchemaComponents(prefix: "#/$defs/")
    let input = Schema.record(row.input).jsonSchema(in: &components)
    let answer = row.output.jsonSchema(in: &components)
    report.show([
      "name": .text(row.name), "request": .text("\(row.verb.rawValue) \(row.path)"),
      "grpc": .text("/\(row.name)"), "summary": .text(row.summary),
      "permission": row.permission.map { .text($0.rawValue) } ?? .null,
      "scope": .array(Manual.scopeFields(row).map { .text($0) }),
      "stream": .bool(row.isFeed), "status": .integer(Int64(row.status)),
      "markdown": row.markdownField.map { .text("\($0)") } ?? .null,
      "beside_markdown": .array(row.fieldsBesideMarkdown.map { .text("\($0.name)") }),
      "refusals": .array(Manual.refusals(row).map { .integer(Int64($0)) }),
      "input": input, "answer": answer, "$defs": components.map,
    ])
  }

  private var text: String {
    let style = TextStyle(hasColours: Terminal.hasColours)
    let facts = [
      ("HTTP", "\(row.verb.rawValue) \(row.path)"), ("gRPC", "/\(row.name)"),
      ("permission", row.permission?.rawValue ?? "none"),
      ("scope", Manual.scopeFields(row).joined(separator: ", ")),
      ("answer", row.isFeed ? "a stream of events" : "\(row.status)"),
      ("Markdown", row.markdownField.map { "a body of it is \($0)" } ?? ""),
      ("refusals", Manual.refusals(row).map(String.init).joined(separator: " ")),
    ]
    let lines = facts.filter { !$0.1.isEmpty }.map { name, value in
      "  \(style.dim(name.padded(to: 12)))\(value)"
    }
    return """
      \(style.bold(row.name))
      \(row.summary)

      \(lines.joined(separator: "\n"))

      \(style.bold("input")), in CDDL (RFC 8610):

      \(Schema.record(row.input).cddl(name: "input"))
      \(style.bold("answer")):

      \(row.output.cddl(name: "answer"))
      """
  }
}
