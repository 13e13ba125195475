import Testing

/// A row's name in a report.
struct Named<Row: Sendable>: Sendable, CustomTestStringConvertible {
  let name: String
  let row: Row

  init(_ name: String, _ row: Row) {
    self.name = name
    self.row = row
  }

  var testDescription: String { name }
}
