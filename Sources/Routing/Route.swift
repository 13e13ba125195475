package import Contract

/// A method bound to the domain that answers it: a row without its types.
package struct Route: Sendable {
  /// The row as documents and doors know it.
  package let description: MethodDescription
  let body: MethodBody

  /// The row of `method`, answered by `domain`.
  package init<Domain: Sendable>(_ method: Method<Domain>, on domain: Domain) {
    description = method.description
    body = method.bind(domain)
  }
}
