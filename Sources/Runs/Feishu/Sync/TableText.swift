internal import Models
internal import Wire

/// The text of a base's table: a paragraph for each record, a line for each field that is filled.
struct TableText {
  private let name: String
  private let fields: [(name: String, isTime: Bool)]

  /// The platform's numbers for a moment, and for those of making and changing.
  private static let timeTypes: Set<Int64> = [5, 1001, 1002]

  init(name: String, fields: [WireValue]) {
    self.name = name
    self.fields = fields.compactMap { field in
      guard let name = field["field_name"]?.text else { return nil }
      return (name, field["type"]?.integer.map(Self.timeTypes.contains) ?? false)
    }
  }

  func passages(of records: [WireValue]) -> [Passage] {
    [Passage(.heading, "## \(name)")]
      + records.compactMap { record in
        let lines = fields.compactMap { field -> String? in
          guard let value = record["fields"]?[field.name] else { return nil }
          let text = field.isTime ? Self.time(value) : Self.text(of: value)
          return text.isEmpty ? nil : "\(field.name): \(text)"
        }
        return lines.isEmpty ? nil : Passage(.paragraph, lines.joined(separator: "\n"))
      }
  }

  private static func time(_ value: WireValue) -> String {
    value.integer.map { Timestamp(milliseconds: $0).text } ?? text(of: value)
  }

  /// The members that tell what a value is, the most telling first.
  private static let members = ["text", "name", "full_address", "en_name", "link", "value"]

  /// What a value says; the reader has bounded how deep it goes.
  static func text(of value: WireValue) -> String {
    switch value {
    case .text(let text): text
    case .bool(let truth): truth ? "yes" : "no"
    case .integer, .unsigned, .double: String(decoding: value.json(), as: UTF8.self)
    case .array(let elements): joined(elements)
    case .map: members.lazy.compactMap { value[$0] }.first.map(text) ?? ""
    default: ""
    }
  }

  /// Pieces of one text are put together; other values are told one after the other.
  private static func joined(_ elements: [WireValue]) -> String {
    let arePieces = elements.allSatisfy { $0["text"] != nil && $0["type"] != nil }
    return elements.map(text).filter { !$0.isEmpty }.joined(separator: arePieces ? "" : ", ")
  }
}
