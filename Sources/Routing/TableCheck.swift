import Contract
import Wire

/// Finds everything that is wrong with a table of methods, so that a bad table never serves.
enum TableCheck {
  /// Throws all that is wrong with the table and its limits at once.
  static func check(
    _ table: [MethodDescription], _ limits: InterfaceLimits
  ) throws(InterfaceProblems) {
    let problems = limits.problems() + problems(table)
    guard problems.isEmpty else { throw InterfaceProblems(problems) }
  }

  static func problems(_ table: [MethodDescription]) -> [String] {
    let zones = ZoneTable()
    return duplicates(table, of: "name") { $0.name }
      + duplicates(table, of: "path") { "\($0.verb.rawValue) \(shape($0.path))" }
      + spellings(table) + SchemaNames.problems(table)
      + table.flatMap { row in problems(row, zones).map { "\(row.name): \($0)" } }
  }

  private static func duplicates(
    _ table: [MethodDescription], of kind: String, _ key: (MethodDescription) -> String
  ) -> [String] {
    var first: [String: String] = [:]
    return table.compactMap { row in
      let key = key(row)
      guard let other = first[key] else {
        first[key] = row.name
        return nil
      }
      return "\(row.name): the \(kind) \(key) is taken by \(other)"
    }
  }

  /// OpenAPI takes paths that differ in their parameters' names alone for one path.
  private static func spellings(_ table: [MethodDescription]) -> [String] {
    var first: [String: PathPattern] = [:]
    return table.compactMap { row in
      let known = first[shape(row.path), default: row.path]
      first[shape(row.path)] = known
      return known == row.path ? nil : "\(row.name): \(row.path) is elsewhere spelt \(known)"
    }
  }

  /// The path without its parameters' names, which do not tell two paths apart.
  private static func shape(_ path: PathPattern) -> String {
    path.segments.isEmpty
      ? "/"
      : path.segments.map { segment in
        switch segment {
        case .literal(let text): "/\(text)"
        case .parameter: "/{}"
        }
      }.joined()
  }

  private static func problems(_ row: MethodDescription, _ zones: ZoneTable) -> [String] {
    pathProblems(row) + inputProblems(row) + ruleProblems(row, zones)
  }

  private static func pathProblems(_ row: MethodDescription) -> [String] {
    let inputs = Set(row.input.fields.map(\.name))
    let parameters = row.path.parameters
    let unknown = parameters.filter { !inputs.contains($0) }
      .map { "the path's parameter \($0) is no field of \(row.input.name)" }
    let repeated = Set(parameters.filter { name in parameters.count { $0 == name } > 1 }).sorted()
      .map { "the path has the parameter \($0) twice" }
    let unreachable = row.path.segments.compactMap { segment -> String? in
      guard case .literal(let text) = segment, !isReachable(text) else { return nil }
      return "no request can have the path's part \(text)"
    }
    return unknown + repeated + unreachable
  }

  /// A segment that the router can meet: visible ASCII that needs no escape, and not dots alone.
  private static func isReachable(_ text: String) -> Bool {
    ![".", ".."].contains(text)
      && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/?#%{}".utf8.contains($0) }
  }

  /// A method without a body is given its input by path and query, which hold texts only.
  private static func inputProblems(_ row: MethodDescription) -> [String] {
    row.input.fields.compactMap { field in
      let isInPath = row.path.parameters.contains(field.name)
      if isInPath, !field.schema.isScalar { return "\(field.name) cannot stand in a path" }
      if !isInPath, row.isBodyless, !field.schema.fitsQuery {
        return "\(field.name) cannot stand in a query"
      }
      return nil
    }
  }

  /// A body of Markdown is a text of the input that stands nowhere else.
  private static func readsMarkdownWell(_ row: MethodDescription) -> Bool {
    guard let name = row.markdownField else { return true }
    guard !row.isBodyless, !row.path.parameters.contains(name),
      case .text? = row.input.fields.first(where: { $0.name == name })?.schema
    else { return false }
    return true
  }

  private static func ruleProblems(_ row: MethodDescription, _ zones: ZoneTable) -> [String] {
    let zone = zones.zone(of: row.path.description.utf8)
    let rules: [(Bool, String)] = [
      (zone == row.zone, "the path lies in the zone \(zone.rawValue), not \(row.zone.rawValue)"),
      (row.scope == .none || row.permission != nil, "a scope without a permission checks nothing"),
      (row.verb != .head && row.verb != .options, "\(row.verb.rawValue) is served by itself"),
      (!row.isFeed || row.verb == .get, "a feed is a GET"),
      (readsMarkdownWell(row), "a body of Markdown cannot be \(row.markdownField ?? "")"),
      ((200...299).contains(row.status), "the status of success is \(row.status)"),
      (!row.summary.isEmpty, "the summary is empty"),
      (
        row.name.split(separator: "/", omittingEmptySubsequences: false).count == 2,
        "the name is not Service/Method"
      ),
    ]
    return rules.compactMap { holds, problem in holds ? nil : problem }
  }
}
