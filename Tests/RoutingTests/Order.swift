import Wire

/// An input of every kind that parameters and bodies can carry, all optional but `name` where it is
/// asked for.
struct Order: CodedRecord {
  let id: String?
  let name: String?
  let count: Int64
  let tags: [String]
  let text: Text<1, 8>?

  static let fields = FieldTable([
    FieldName("id", json: "\"id\":", cbor: "\u{62}id"),
    FieldName("name", json: "\"name\":", cbor: "\u{64}name"),
    FieldName("count", json: "\"count\":", cbor: "\u{65}count"),
    FieldName("tags", json: "\"tags\":", cbor: "\u{64}tags"),
    FieldName("text", json: "\"text\":", cbor: "\u{64}text"),
  ])

  static let schema: Schema = .record(
    RecordSchema(
      name: "Order", documentation: "An order.",
      fields: [
        FieldSchema(name: "id", documentation: "Its id.", schema: String.schema, isRequired: false),
        FieldSchema(
          name: "name", documentation: "A name.", schema: .nullable(String.schema),
          isRequired: false),
        FieldSchema(
          name: "count", documentation: "How many.", schema: .integer(minimum: 1, maximum: nil),
          isRequired: false, standard: 1),
        FieldSchema(
          name: "tags", documentation: "Words.",
          schema: .array(of: String.schema, minimum: nil, maximum: nil), isRequired: false),
        FieldSchema(
          name: "text", documentation: "A word.", schema: Text<1, 8>.schema, isRequired: false),
      ]))

  func encode<S: Sink & ~Copyable>(into sink: inout S) {
    sink.open([
      "id": id.map(WireValue.text) ?? nil, "name": name.map(WireValue.text) ?? nil,
      "count": .integer(count), "tags": .array(tags.map(WireValue.text)),
      "text": (text?.text).map(WireValue.text) ?? nil,
    ])
  }

  struct Draft: RecordDraft {
    private var seen = SeenFields()
    private var id: String?
    private var name: String?
    private var count: Int64 = 1
    private var tags: [String] = []
    private var text: Text<1, 8>?

    mutating func merge<S: Source>(from source: inout S) throws(DecodeError) {
      try source.beginMap()
      while let index = try source.nextField(Order.fields, seen: &seen) {
        do throws(DecodeError) {
          switch index {
          case 0: id = try String(from: &source)
          case 1: name = try String?(from: &source)
          case 2: count = try Int64(from: &source)
          case 3: tags = try [String](from: &source)
          default: text = try Text<1, 8>(from: &source)
          }
        } catch {
          throw error.within(field: Order.fields.names[index])
        }
      }
    }

    consuming func finish(at offset: Int?) throws(DecodeError) -> Order {
      guard name != "missing" else {
        throw DecodeError(.missingField, at: offset, "this field is missing")
          .within(field: Order.fields.names[0])
      }
      return Order(id: id, name: name, count: count, tags: tags, text: text)
    }
  }
}
