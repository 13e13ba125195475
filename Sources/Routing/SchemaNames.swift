import Contract
import Negotiation
import Wire

/// Finds names that two schemas of a table claim: documents refer to schemas by name.
enum SchemaNames {
  static func problems(_ table: [MethodDescription]) -> [String] {
    var names = Walk()
    for row in table {
      names.visit(.record(row.input), for: row.name)
      names.visit(row.output, for: row.name)
      names.visit(row.zone.row.shape.schema, for: row.name)
      if let body = row.bodySchema { names.visit(.record(body), for: row.name) }
    }
    return names.problems
  }

  private struct Walk {
    private(set) var problems: [String] = []
    private var known: [String: Schema] = [:]

    mutating func visit(_ schema: Schema, for row: String) {
      switch schema {
      case .record(let record):
        guard isNew(schema, record.name, row) else { return }
        for field in record.fields { visit(field.schema, for: row) }
      case .choice(let choice): _ = isNew(schema, choice.name, row)
      case .array(let element, _, _): visit(element, for: row)
      case .dictionary(let value): visit(value, for: row)
      case .nullable(let inner): visit(inner, for: row)
      case .text, .integer, .number, .boolean, .bytes, .timestamp, .open: return
      }
    }

    private mutating func isNew(_ schema: Schema, _ name: String, _ row: String) -> Bool {
      guard let other = known[name] else {
        known[name] = schema
        return true
      }
      if other != schema { problems.append("\(row): two schemas are called \(name)") }
      return false
    }
  }
}
