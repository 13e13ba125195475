import Testing
import Wire

@testable import WireSamples

/// The schemas that come from declarations.
@Suite("Schemas of samples")
struct SampleSchemaTests {
  private func fields(_ schema: Schema) -> [FieldSchema] {
    if case .record(let record) = schema { record.fields } else { [] }
  }

  @Test("a record's schema has its names, sentences, shapes and defaults")
  func records() throws {
    guard case .record(let record) = StartConversation.schema else {
      Issue.record("a record has the schema of one")
      return
    }
    #expect(record.name == "StartConversation")
    #expect(record.documentation == "What a client sends to \"start\" a conversation.")
    #expect(record.fields.map(\.name) == StartConversation.fields.names.map(\.description))
    #expect(record.fields.map(\.isRequired) == [false, true, false, false, true, false, false])
    #expect(record.fields.map(\.standard) == [nil, nil, .integer(50), .array([]), nil, nil, nil])
    #expect(record.fields[1].documentation == "The first words.")
    #expect(record.fields[2].schema == Bounded<1, 200>.schema)
    #expect(record.fields[4].schema == .array(of: Message.schema, minimum: nil, maximum: nil))
    #expect(record.fields[6].schema == .nullable(Text<0, 80>.schema))
  }

  @Test("a choice's schema has its texts in order")
  func choices() {
    let schema = ChoiceSchema(
      name: "Role", documentation: "Who speaks.",
      choices: ["system", "user", "the agent", "default"])
    #expect(Role.schema == .choice(schema))
  }

  @Test("a nested type has its full name, and defaults of any kind are kept")
  func nests() {
    guard case .record(let cell) = Sheet.Cell.schema else {
      Issue.record("a record has the schema of one")
      return
    }
    #expect(cell.name == "Sheet.Cell")
    #expect(cell.fields[0].standard == .text("left"))
    #expect(fields(Preset.schema).map(\.standard) == [.integer(3), ["a": 1], nil])
  }
}
