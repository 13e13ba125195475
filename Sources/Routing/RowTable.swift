import Contract

/// The rows of all methods, found by the resource that a path names and the request's verb.
struct RowTable: Sendable {
  /// The rows in the order of the table.
  let rows: [RowPlan]
  let router: Router
  /// For each resource a place for each verb.
  private let places: [RowPlan?]
  /// The rows by the path under which gRPC calls them.
  private let calls: [String: RowPlan]

  init(_ routes: [Route]) {
    let rows = routes.enumerated().map { RowPlan($1, at: $0) }
    let router = Router(routes.map { ($0.description.path, $0.description.verb) })
    self.rows = rows
    self.router = router
    calls = Dictionary(rows.map { ("/" + $0.name, $0) }) { first, _ in first }
    places = router.resources.flatMap { resource in
      Verb.allCases.map { verb in
        // RFC 9110 §9.3.2: HEAD is GET without the content, which a stream is all about.
        let asked = resource.route(for: verb == .head ? .get : verb).map { rows[$0] }
        return verb == .head && asked?.isFeed == true ? nil : asked
      }
    }
  }

  /// The row that answers `verb` on a resource.
  func row(for verb: Verb, in resource: Int) -> RowPlan? {
    places[resource * Verb.allCases.count + verb.place]
  }

  /// The row that gRPC calls at `path`.
  func row(forCall path: String) -> RowPlan? { calls[path] }

  /// The verbs that a resource answers; `OPTIONS` is answered everywhere.
  func allowed(in resource: Int) -> [Verb] {
    Verb.allCases.filter { $0 == .options || row(for: $0, in: resource) != nil }
  }
}
