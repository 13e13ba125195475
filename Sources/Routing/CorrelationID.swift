import Contract

/// The name under which a request is found in logs: the client's own, or one of ours (the
/// catalogue, §0.2).
enum CorrelationID {
  static let fieldName: StaticString = "x-correlation-id"

  /// The id that the client gave once and well-formed, else a new one.
  static func of(_ head: borrowing FieldSection, else identifiers: any IdentifierSource) -> String {
    guard case .value(let value) = head.single(fieldName), IdentifierText.holds(head.bytes[value])
    else {
      return identifiers.uuid()
    }
    return head.string(value)
  }
}
