/// The organisation, user and project that a request acts in; rows outside it do not exist for the
/// caller.
package struct Scope: Hashable, Sendable {
  package let organisation: String
  package let user: String
  /// A missing project matches only rows without one.
  package let project: String?

  package init(organisation: String, user: String, project: String?) {
    self.organisation = organisation
    self.user = user
    self.project = project
  }
}

/// What a method asks of the scope headers (the catalogue, §4.1).
package enum ScopeRule: Hashable, Sendable {
  case none
  /// `x-org-id` and `x-user-id` must be there, `x-project-id` may be.
  case user
  /// All three must be there.
  case project
}
