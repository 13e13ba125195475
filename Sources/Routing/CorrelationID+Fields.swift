import Contract

extension CorrelationID {
  /// The field in which requests and answers carry it.
  package static let fieldName: StaticString = "x-correlation-id"

  /// The id that the client gave, once and well-formed; nil where it gave none.
  static func given(in head: borrowing FieldSection) -> CorrelationID? {
    guard case .value(let value) = head.single(fieldName), IdentifierText.holds(head.bytes[value])
    else { return nil }
    return .given(head.string(value))
  }
}

extension FieldSection {
  /// Adds the field that repeats the id in an answer.
  mutating func append(_ id: CorrelationID) {
    switch id {
    case .given(let text): append(name: CorrelationID.fieldName, text: text)
    case .made(let uuid):
      let ascii = uuid.ascii
      append(name: CorrelationID.fieldName, uniqueBytes: ascii.span)
    }
  }
}
