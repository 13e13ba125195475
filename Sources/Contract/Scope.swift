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
  /// A request may name no scope at all; who names a part is held to `user`.
  ///
  /// A caller who may act for one organisation only acts in it all the same.
  case optional
  /// `x-org-id` and `x-user-id` must be there, `x-project-id` may be.
  case user
  /// All three must be there.
  case project
}
