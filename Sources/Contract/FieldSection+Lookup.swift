extension FieldSection {
  /// What a message has of a field that may stand in it once.
  package enum Single: Hashable, Sendable {
    case absent
    case value(Range<Int>)
    case repeated
  }

  /// The field called `name` (lower case), which must not be a list.
  package func single(_ name: StaticString) -> Single {
    guard let first = index(of: name, from: 0) else { return .absent }
    guard index(of: name, from: first + 1) == nil else { return .repeated }
    return .value(entries[first].value)
  }

  /// The place in `entries` of the next field called `name` (lower case), from `start` on.
  package func index(of name: StaticString, from start: Int) -> Int? {
    let length = name.utf8CodeUnitCount
    var index = start
    while index < entries.count {
      let range = entries[index].name
      if range.count == length, equals(range, name) { return index }
      index += 1
    }
    return nil
  }
}
