internal import Contract
internal import Wire

/// What a signed token says that its bearer is (the catalogue, §2.2).
struct Roles: Hashable, Sendable {
  private let names: Set<String>

  /// The role of who runs a tenant.
  private static let tenantAdministrator = "msp_admin"
  /// Roles with every permission.
  private static let administrators: Set<String> = ["platform_admin", tenantAdministrator]
  /// Roles that look and change nothing.
  private static let readers: Set<String> = ["viewer"]
  /// Roles that change things.
  private static let writers: Set<String> = [
    "ops_engineer", "automation_operator", "integration_admin", "billing", "data_admin",
  ]

  /// The names in a claim; what is no name says nothing.
  init(_ claim: WireValue?) {
    guard case .array(let values)? = claim else {
      names = []
      return
    }
    names = Set(
      values.compactMap { value in if case .text(let name) = value { name } else { nil } })
  }

  /// Whether the bearer acts for every user of the tenant (the catalogue, §0.4).
  var isTenantAdministrator: Bool { names.contains(Self.tenantAdministrator) }

  /// What the roles allow; `fewest` where there is none.
  func permissions(without fewest: Set<Permission>) -> Set<Permission> {
    if names.isEmpty { return fewest }
    if !Self.administrators.isDisjoint(with: names) { return Set(Permission.allCases) }
    if !Self.writers.isDisjoint(with: names) { return [.read, .write] }
    return Self.readers.isDisjoint(with: names) ? [] : [.read]
  }
}
