import Contract
import Testing
import Wire

@testable import Routing

struct TableCheckTests {
  private static func field(_ name: String, _ schema: Schema = String.schema) -> FieldSchema {
    FieldSchema(name: name, documentation: "", schema: schema, isRequired: false)
  }

  private static func row(
    _ name: String = "a.B/C", _ verb: Verb = .get, _ path: PathPattern = "/x/{id}",
    zone: Zone = .root, permission: Permission? = nil, scope: ScopeRule = .none,
    status: Int = 200, fields: [FieldSchema] = [field("id")], output: Schema = .open,
    isFeed: Bool = false, summary: String = "Does.", markdown: String? = nil
  ) -> MethodDescription {
    MethodDescription(
      name, verb, path, zone: zone, summary: summary, permission: permission, scope: scope,
      status: status, faults: [],
      input: RecordSchema(name: "Input", documentation: "", fields: fields), output: output,
      isFeed: isFeed, markdownField: markdown)
  }

  private static let list = Schema.array(of: String.schema, minimum: nil, maximum: nil)
  private static let other = Schema.record(
    RecordSchema(name: "Input", documentation: "another", fields: []))

  // swift-format-ignore
  static let rows: [(name: String, table: [MethodDescription], problems: Int)] = [
    ("a good table",                    [row(), row("a.B/D", .delete), row("a.B/E", .get, "/x")],              0),
    ("an empty table",                  [],                                                                   0),
    ("a name twice",                    [row(), row("a.B/C", .delete)],                                        1),
    ("a path twice",                    [row(), row("a.B/D")],                                                 1),
    ("a path with another parameter",   [row(), row("a.B/D", .get, "/x/{no}", fields: [field("no")])],         3),
    ("one shape, two spellings",        [row(), row("a.B/D", .delete, "/x/{no}", fields: [field("no")])],      2),
    ("a parameter without a field",     [row(fields: [])],                                                    1),
    ("a parameter twice",               [row("a.B/C", .get, "/x/{id}/{id}")],                                  1),
    ("a record in the path",            [row(fields: [field("id", other)])],                                   2),
    ("a list in the path",              [row(fields: [field("id", list)])],                                    1),
    ("a list in the query",             [row(fields: [field("id"), field("l", list)])],                        0),
    ("a dictionary in the query",       [row(fields: [field("id"), field("d", .dictionary(of: .open))])],      1),
    ("a dictionary in the body",        [row("a.B/C", .post, fields: [field("id"), field("d", .dictionary(of: .open))])], 0),
    ("a literal of dots",               [row("a.B/C", .get, "/x/../{id}")],                                    1),
    ("a literal with an escape",        [row("a.B/C", .get, "/%78/{id}")],                                     1),
    ("a literal with half a parameter", [row("a.B/C", .get, "/x{/{id}")],                                      1),
    ("a literal that is no ASCII",      [row("a.B/C", .get, "/é/{id}")],                                       1),
    ("the wrong zone",                  [row(zone: .runs)],                                                    1),
    ("a scope without a permission",    [row(scope: .user)],                                                   1),
    ("a row for HEAD",                  [row("a.B/C", .head)],                                                 1),
    ("a row for OPTIONS",               [row("a.B/C", .options)],                                              1),
    ("a feed by POST",                  [row("a.B/C", .post, isFeed: true)],                                   1),
    ("a status that is no success",     [row(status: 404)],                                                    1),
    ("no summary",                      [row(summary: "")],                                                    1),
    ("a name without a service",        [row("C")],                                                            1),
    ("Markdown as a text",              [row("a.B/C", .post, fields: [field("id"), field("t")], markdown: "t")], 0),
    ("Markdown by GET",                 [row(fields: [field("id"), field("t")], markdown: "t")],               1),
    ("Markdown in the path",            [row("a.B/C", .post, markdown: "id")],                                 1),
    ("Markdown without a field",        [row("a.B/C", .post, markdown: "t")],                                  1),
    ("Markdown as a list",              [row("a.B/C", .post, fields: [field("id"), field("l", list)], markdown: "l")], 1),
    ("one name, two schemas",           [row(output: other)],                                                  1),
  ]

  @Test("a table is checked whole", arguments: rows)
  func checks(_ row: (name: String, table: [MethodDescription], problems: Int)) {
    let problems = TableCheck.problems(row.table)
    #expect(problems.count == row.problems, "\(row.name): \(problems)")
  }

  @Test("all problems of a table and its limits are told at once")
  func tellsAllAtOnce() throws {
    let rows = [Self.row(zone: .runs, status: 1), Self.row(zone: .ops)]
    var limits = InterfaceLimits()
    limits.targetBytesMax = 0
    limits.requestBurst = -1
    let problems = #expect(throws: InterfaceProblems.self) {
      try Interface(
        routes: rows.map { description in
          Route(
            Method<Int>(description) { _ in
              .inline { _ throws(Fault) in throw Fault(.gone, "") }
            }, on: 0)
        },
        services: InterfaceServices(
          authenticator: SampleAuthenticator(), tickets: SampleTickets(),
          identifiers: CountingIdentifiers(),
          clock: HandClock(), isReady: { true }, digest: { $0 }),
        limits: limits)
    }
    #expect(problems?.problems.count == 7)
  }

  @Test("a bad table is refused before it is described", arguments: rows)
  func describesGoodTablesOnly(
    _ row: (name: String, table: [MethodDescription], problems: Int)
  ) {
    var found: [String] = []
    do throws(InterfaceProblems) {
      _ = try OpenAPIDocument(row.table, limits: InterfaceLimits(), version: "1")
    } catch {
      found = error.problems
    }
    #expect(found == TableCheck.problems(row.table), "\(row.name)")
  }

  @Test("the limits have a lower and an upper end")
  func limitsHaveEnds() {
    #expect(InterfaceLimits().problems().isEmpty)
    var limits = InterfaceLimits()
    limits.bodyBytesMax = .max
    limits.queryParametersMax = 0
    #expect(limits.problems().count == 2)
  }
}
