import Contract
import Wire

/// Reads the scope of a request and holds it against what the caller may name (the catalogue, §0.4,
/// §4.1).
enum ScopeReader {
  /// One part of a scope: where it stands in a request, and who may name it.
  private struct Part: Sendable {
    let field: StaticString
    /// The query parameter that stands in for the field on GET, because an `EventSource` sets no
    /// fields.
    let parameter: String
    let isRequired: @Sendable (ScopeRule) -> Bool
    let only: @Sendable (Principal) -> String?
  }

  private static let organisation = Part(
    field: "x-org-id", parameter: "org_id", isRequired: needsUser, only: { $0.organisation })
  private static let user = Part(
    field: "x-user-id", parameter: "user_id", isRequired: needsUser, only: { $0.user })
  private static let project = Part(
    field: "x-project-id", parameter: "project_id", isRequired: { $0 == .project },
    only: { $0.project })
  private static let parts = [organisation, user, project]

  @Sendable private static func needsUser(_ rule: ScopeRule) -> Bool {
    switch rule {
    case .none, .optional: false
    case .user, .project: true
    }
  }

  /// The parts that a row asks for: the field, whether it must be there, and the query parameter
  /// that stands in for it; nil where none does.
  static func parts(
    _ row: MethodDescription
  ) -> [(field: StaticString, isRequired: Bool, spare: String?)] {
    guard row.scope != .none else { return [] }
    let spares = spareParameters(row)
    return parts.map { part in
      let spare = spares.contains(part.parameter) ? part.parameter : nil
      return (part.field, part.isRequired(row.scope), spare)
    }
  }

  /// The query parameters that stand in for fields on a row with `description`: only on GET, and
  /// not where the method has an input of that name.
  static func spareParameters(_ description: MethodDescription) -> [String] {
    guard description.scope != .none, description.verb == .get else { return [] }
    let inputs = Set(description.input.fields.map(\.name))
    return parts.map(\.parameter).filter { !inputs.contains($0) }
  }

  /// The scope that the request names; nil where the row asks for none.
  ///
  /// Parameters in `spares` are taken out of `parameters`; a field wins over its parameter.
  static func scope(
    _ rule: ScopeRule, _ head: borrowing FieldSection, _ parameters: inout [Parameter],
    spares: [String], principal: Principal
  ) throws(Fault) -> Scope? {
    guard rule != .none else { return nil }
    var organisation = try value(organisation, rule, head, &parameters, spares)
    var user = try value(user, rule, head, &parameters, spares)
    var project = try value(project, rule, head, &parameters, spares)
    if rule == .optional {
      if organisation == nil, user == nil, project == nil {
        guard let own = principal.organisation else { return nil }
        (organisation, user, project) = (own, principal.user ?? principal.id, principal.project)
      }
      try require(Self.organisation, organisation)
      try require(Self.user, user)
    }
    try check(Self.organisation, organisation, principal)
    try check(Self.user, user, principal)
    try check(Self.project, project, principal)
    try checkWorkspace(head, organisation: organisation)
    guard let organisation, let user else { preconditionFailure("every rule has both by now") }
    return Scope(organisation: organisation, user: user, project: project)
  }

  private static func value(
    _ part: Part, _ rule: ScopeRule, _ head: borrowing FieldSection,
    _ parameters: inout [Parameter], _ spares: [String]
  ) throws(Fault) -> String? {
    var spare: String?
    if spares.contains(part.parameter) { spare = try take(part.parameter, from: &parameters) }
    let value = try field(part.field, head) ?? spare
    if part.isRequired(rule) { try require(part, value) }
    return value
  }

  private static func require(_ part: Part, _ value: String?) throws(Fault) {
    guard value != nil else { throw .field("\(part.field)", "this field is required here") }
  }

  private static func check(
    _ part: Part, _ value: String?, _ principal: Principal
  ) throws(Fault) {
    guard let only = part.only(principal), only != value else { return }
    throw Fault(
      .forbidden, "\(part.field): this caller may act for another one only",
      name: "SCOPE_FORBIDDEN", details: [Fault.Detail("field", .text("\(part.field)"))])
  }

  /// §0.4: two names of one tenant must not differ.
  private static func checkWorkspace(
    _ head: borrowing FieldSection, organisation: String?
  ) throws(Fault) {
    guard let workspace = try field("x-workspace-id", head), workspace != organisation else {
      return
    }
    throw .field("x-workspace-id", "it differs from x-org-id, which names the same tenant")
  }

  private static func field(
    _ name: StaticString, _ head: borrowing FieldSection
  ) throws(Fault) -> String? {
    switch head.single(name) {
    case .absent: return nil
    case .repeated: throw .field("\(name)", "this field is given twice")
    case .value(let value):
      guard IdentifierText.holds(head.bytes[value], with: at) else { throw malformed("\(name)") }
      return head.string(value)
    }
  }

  private static func take(
    _ name: String, from parameters: inout [Parameter]
  ) throws(Fault) -> String? {
    let given = parameters.filter { $0.name == name }
    guard let first = given.first else { return nil }
    guard given.count == 1 else { throw .field(name, "this parameter is given twice") }
    parameters.removeAll { $0.name == name }
    guard IdentifierText.holds(first.value.utf8, with: at) else { throw malformed(name) }
    return first.value
  }

  private static let at = UInt8(ascii: "@")

  private static func malformed(_ name: String) -> Fault {
    .field(name, "not 1 to 128 of the characters A-Z a-z 0-9 . _ : @ -")
  }
}
