extension FieldSection {
  /// What a message has of a field that may stand in it once.
  package enum Single: Hashable, Sendable {
    case absent
    case value(Range<Int>)
    case repeated
  }

  /// The field called `name` (lower case), which must not be a list.
  package func single(_ name: StaticString) -> Single {
    guard let first = next(name, after: nil) else { return .absent }
    guard next(name, after: first) == nil else { return .repeated }
    return .value(first.value)
  }

  /// The value of the first field called `name` (lower case).
  package func first(_ name: StaticString) -> Range<Int>? {
    next(name, after: nil)?.value
  }

  /// The values of all fields called `name` (lower case), in their order.
  package func all(_ name: StaticString) -> [Range<Int>] {
    var values: [Range<Int>] = []
    var entry = next(name, after: nil)
    while let found = entry {
      values.append(found.value)
      entry = next(name, after: found)
    }
    return values
  }

  /// The first value of the field called `name` (lower case) as text.
  package func string(_ name: StaticString) -> String? {
    first(name).map { string($0) }
  }
}
