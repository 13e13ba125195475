import Wire

/// Types in words, and the tables of those that have a name, each once.
struct ReferenceTypes {
  private var tables: [(name: String, text: String)] = []

  /// The tables of all types that were named, by name.
  var text: String {
    tables.sorted { $0.name < $1.name }.map { "### \($0.name)\n\n\($0.text)" }
      .joined(separator: "\n")
  }

  /// A type as it is spoken of; what has a name gets its table.
  mutating func words(_ schema: Schema) -> String {
    switch schema {
    case .record(let record):
      add(record.name) { $0.fields(record, else: "No fields.") }
      return "`\(record.name)`"
    case .choice(let choice):
      add(choice.name) { _ in
        let choices = choice.choices.map { "`\($0)`" }.joined(separator: ", ")
        return "\(choice.documentation)\n\nOne of \(choices).\n"
      }
      return "`\(choice.name)`"
    case .text(let text): return Self.words(text)
    case .integer(let low, let high): return "integer" + Self.range(low, high)
    case .number(let low, let high): return "number" + Self.range(low, high)
    case .boolean: return "true or false"
    case .bytes: return "bytes, in JSON as base64url"
    case .timestamp: return "time"
    case .array(let element, let low, let high):
      return "list" + Self.range(low, high) + " of \(words(element))"
    case .dictionary(let value): return "map of text to \(words(value))"
    case .nullable(let inner): return "\(words(inner)) or null"
    case .open: return "any value"
    }
  }

  /// The table of a record's fields, behind what the record is.
  mutating func fields(_ record: RecordSchema, else nothing: String) -> String {
    guard !record.fields.isEmpty else { return nothing + "\n" }
    let rows = record.fields.map { field in
      let standard =
        field.standard.map { "; `\(String(decoding: $0.json(), as: UTF8.self))`" } ?? ""
      return "| `\(field.name)` | \(Self.cell(words(field.schema))) "
        + "| \(field.isRequired ? "yes" : "no")\(standard) | \(Self.cell(field.documentation)) |"
    }
    return """
      \(record.documentation)

      | field | type | must be there; else | what it is |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private mutating func add(_ name: String, _ table: (inout ReferenceTypes) -> String) {
    guard !tables.contains(where: { $0.name == name }) else { return }
    // The place is kept first: a type may be inside of itself.
    let place = tables.count
    tables.append((name, ""))
    tables[place].text = table(&self)
  }

  private static func words(_ text: TextSchema) -> String {
    if let pattern = text.pattern { return "text of the form `\(pattern)`" }
    let length = range(text.minimum, text.maximum)
    return length.isEmpty ? "text" : "text of\(length) characters"
  }

  private static func range<Bound>(_ low: Bound?, _ high: Bound?) -> String {
    switch (low, high) {
    case (let low?, let high?): " \(low) to \(high)"
    case (let low?, nil): " \(low) or more"
    case (nil, let high?): " at most \(high)"
    case (nil, nil): ""
    }
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
