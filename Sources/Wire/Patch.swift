/// What a change asks of one field: nothing, to clear it, or a value.
package enum Patch<Value: Coded>: Coded {
  /// The field is not in the body: it stays as it is.
  case absent
  /// The field is null: it is cleared.
  case null
  case value(Value)

  package static var schema: Schema { .nullable(Value.schema) }

  /// Writes null for `absent`, which a record leaves out with its key.
  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    switch self {
    case .absent, .null: sink.null()
    case .value(let value): value.encode(into: &sink)
    }
  }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self = try source.null() ? .null : .value(Value(from: &source))
  }
}

extension Patch {
  /// Whether the field is in the body.
  package var isPresent: Bool {
    if case .absent = self { false } else { true }
  }
}

extension Patch: Equatable where Value: Equatable {}
extension Patch: Hashable where Value: Hashable {}
