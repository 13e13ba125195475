package import Contract

/// Describes the interface as a page of the manual, made from the rows alone.
package enum Manual {
  /// All methods: one table a zone, in the order of the rows.
  package static func markdown(_ rows: [MethodDescription]) -> String {
    let zones = Zone.allCases.filter { zone in rows.contains { $0.zone == zone } }
    let parts = zones.map { zone in
      """
      ## \(zone.rawValue)

      | method | request | body | permission | scope | key | answer | refusals | what it does |
      |---|---|---|---|---|---|---|---|---|
      \(rows.filter { $0.zone == zone }.map(line).joined(separator: "\n"))

      """
    }
    return """
      # 40 · Methods

      Made from the method table by `switchyard manual methods`; a test fails when it is stale.

      A *method* is its name for RPC and for `switchyard call`. A *scope* names the header fields
      that say in whose place a request acts, in parentheses where they may be left out. A *body*
      of Markdown is the field in parentheses as it stands; the other fields are then parameters
      of the query. A *permission* in parentheses is that of whoever shows a token, which need not
      be. A *key* is the field `idempotency-key`, which may or must come. An *answer* is the
      status of success, or a feed of events; *refusals* are all statuses that a caller can meet.
      Types of input and answer stand in `GET /api/v1/openapi`.

      \(parts.joined(separator: "\n"))
      """
  }

  private static func line(_ row: MethodDescription) -> String {
    let cells = [
      "`\(row.name)`", "`\(row.verb.rawValue) \(row.path)`", body(row),
      row.permission?.rawValue ?? (row.knowsCaller ? "(any)" : "–"),
      scope(row), key(row), row.isFeed ? "feed" : "\(row.status)",
      refusals(row).map(String.init).joined(separator: " "),
      row.summary.replacing("|", with: "\\|"),
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  private static func key(_ row: MethodDescription) -> String {
    switch row.keyRule {
    case .ignored: "–"
    case .honoured: "may"
    case .required: "must"
    }
  }

  private static func body(_ row: MethodDescription) -> String {
    guard row.bodySchema != nil else { return "–" }
    guard let field = row.markdownField else { return "JSON, CBOR" }
    return "JSON, CBOR, Markdown (`\(field)`)"
  }

  private static func scope(_ row: MethodDescription) -> String {
    let fields = scopeFields(row)
    return fields.isEmpty ? "–" : fields.joined(separator: ", ")
  }

  /// The fields that a row's scope is made of, in parentheses where they may be left out.
  package static func scopeFields(_ row: MethodDescription) -> [String] {
    ScopeReader.parts(row).map { $0.isRequired ? "\($0.field)" : "(\($0.field))" }
  }

  /// The statuses of all refusals that a caller of a row can meet, each once.
  package static func refusals(_ row: MethodDescription) -> [Int] {
    PipelineFaults.all(row).map { $0.row(in: row.zone).status }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
