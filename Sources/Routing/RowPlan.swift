import Contract
import Negotiation

/// A row as the access log names it: its path is the pattern, because a path can hold a secret.
package struct RouteName: Hashable, Sendable {
  package let name: String
  package let verb: String
  package let path: String

  /// What no row answered.
  package static let unmatched = RouteName(name: "unmatched", verb: "", path: "")
}

/// What the pipeline asks of a row, worked out once.
final class RowPlan: Sendable {
  /// The row's place in the table.
  let route: Int
  let name: String
  let verb: Verb
  let zone: Zone
  let permission: Permission?
  let scope: ScopeRule
  let isFeed: Bool
  /// Whether the client may have the answer as a feed.
  let offersFeed: Bool
  /// Whether requests carry the input in the query alone.
  let isBodyless: Bool
  /// What it makes of the key under which a request is done once.
  let keyRule: KeyRule
  /// Whether credentials are looked at.
  let knowsCaller: Bool
  /// How often one network may call; nil where the row sets no limit of its own.
  let rate: RatePolicy?
  /// Whether the answer has one media type, so that there is nothing to negotiate.
  let isFixed: Bool
  /// The media types that a body is read in.
  let bodyTypes: [MediaType]
  /// The field of the input that a body of Markdown is.
  let markdownField: String?
  /// The names of the path's parameters with the segments they stand in.
  let pathParameters: [(name: String, segment: Int)]
  /// The query parameters that may stand in for scope fields.
  let spareScope: [String]
  /// The row as the access log names it.
  let routeName: RouteName
  /// The status of success, and the heading of an answer in Markdown.
  let status: Int
  let title: String
  /// What answers a call.
  let body: MethodBody

  init(_ row: Route, at route: Int) {
    let description = row.description
    self.route = route
    body = row.body
    name = description.name
    routeName = RouteName(
      name: description.name, verb: description.verb.rawValue, path: "\(description.path)")
    status = description.status
    title = description.title
    verb = description.verb
    zone = description.zone
    permission = description.permission
    scope = description.scope
    isFeed = description.isFeed
    offersFeed = description.feedEvent != nil
    isBodyless = description.isBodyless
    keyRule = description.keyRule
    knowsCaller = description.knowsCaller
    rate = description.rate
    isFixed = description.fixedType != nil
    bodyTypes = description.bodyTypes
    markdownField = description.markdownField
    spareScope = ScopeReader.spareParameters(description)
    pathParameters = description.path.segments.enumerated().compactMap { index, segment in
      switch segment {
      case .literal: nil
      case .parameter(let name): (name, index)
      }
    }
  }
}
