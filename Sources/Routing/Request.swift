package import Contract

/// A whole request as the gateway received it.
package struct Request: Sendable {
  /// Pseudo fields and fields; `:method` and `:path` are reached without a search.
  package var head: FieldSection
  /// The content, empty when there is none.
  package var body: [UInt8]
  /// Where it came from.
  package let network: ClientNetwork

  package init(head: FieldSection, body: [UInt8], network: ClientNetwork = .nowhere) {
    self.head = head
    self.body = body
    self.network = network
  }
}
