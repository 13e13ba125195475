import Wire

/// What a query can hold.
extension Schema {
  /// Whether a query can hold the value: one text, or several under one name.
  var fitsQuery: Bool { isScalar || isList }

  /// Whether one text can stand for the value.
  var isScalar: Bool {
    switch self {
    case .choice, .text, .integer, .number, .boolean, .bytes, .timestamp, .open: true
    case .nullable(let inner): inner.isScalar
    case .record, .array, .dictionary: false
    }
  }

  private var isList: Bool {
    switch self {
    case .array(let element, _, _): element.isScalar
    case .nullable(let inner): inner.isList
    case .record, .choice, .text, .integer, .number, .boolean, .bytes, .timestamp, .dictionary,
      .open:
      false
    }
  }
}
