import Contract

extension FieldSection {
  /// A field that may stand in a request once.
  enum Single {
    case absent
    case value(Range<Int>)
    case repeated
  }

  /// The field called `name` (lower case), which must not be a list.
  func single(_ name: StaticString) -> Single {
    var found: Range<Int>?
    for entry in entries where equals(entry.name, name) {
      guard found == nil else { return .repeated }
      found = entry.value
    }
    return found.map(Single.value) ?? .absent
  }
}
