/// What a refusal's body tells about the request besides the fault itself.
package struct FaultCircumstances: Hashable, Sendable {
  /// The request's path without its query, the `instance` of a problem document.
  package let path: String
  package let correlationID: String

  package init(path: String, correlationID: String) {
    self.path = path
    self.correlationID = correlationID
  }
}
