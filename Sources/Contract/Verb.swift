/// A request method that the interface knows (RFC 9110 §9); any other method is not allowed
/// anywhere.
package enum Verb: String, CaseIterable, Hashable, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"

  /// The place among all cases.
  package var place: Int {
    switch self {
    case .get: 0
    case .head: 1
    case .post: 2
    case .put: 3
    case .patch: 4
    case .delete: 5
    case .options: 6
    }
  }

  /// Whether a request with this method carries its parameters in the query alone.
  package var isBodyless: Bool {
    switch self {
    case .get, .head, .delete, .options: true
    case .post, .put, .patch: false
    }
  }

  /// Whether a request with this method may change something.
  package var isMutating: Bool {
    switch self {
    case .post, .put, .patch, .delete: true
    case .get, .head, .options: false
    }
  }
}
