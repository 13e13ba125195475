import Testing

@testable import Wire
@testable import WireSamples

@Suite("schemas")
struct SchemaTests {
  @Test("a record becomes a JSON Schema with its parts under $defs")
  func jsonSchema() throws {
    let schema = SampleRun.schema.jsonSchema()
    #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["$ref"] == "#/$defs/SampleRun")
    let run = try #require(schema["$defs"]?["SampleRun"])
    #expect(run["type"] == "object")
    #expect(run["additionalProperties"] == false)
    #expect(run["description"] == "A record with ten fields of many kinds.")
    #expect(run["properties"]?["run_id"] == ["type": "string", "minLength": 1, "maxLength": 40])
    #expect(run["properties"]?["output"] == ["type": ["string", "null"]])
    #expect(run["properties"]?["created_at"] == ["type": "string", "format": "date-time"])
    #expect(
      run["properties"]?["events"] == ["type": "array", "items": ["$ref": "#/$defs/SampleEvent"]])
    #expect(
      run["required"]
        == [
          "run_id", "session_key", "status", "input", "created_at", "temperature", "tags", "events",
        ])
    #expect(
      schema["$defs"]?["SampleStatus"]?["enum"]
        == ["pending", "running", "completed", "failed", "cancelled"])
  }

  @Test("limits, defaults and open fields are in the schema")
  func limits() throws {
    var components = SchemaComponents(prefix: "#/components/schemas/")
    #expect(
      SampleChange.schema.jsonSchema(in: &components)
        == ["$ref": "#/components/schemas/SampleChange"])
    let fields = try #require(components.definitions["SampleChange"]?["properties"])
    #expect(fields["limit"] == ["type": "integer", "minimum": 1, "maximum": 200, "default": 50])
    #expect(fields["note"] == ["type": ["string", "null"], "minLength": 0, "maxLength": 8])
    #expect(fields["metadata"] == [:])
    #expect(
      fields["scores"]
        == ["type": ["object", "null"], "additionalProperties": ["type": "number"]])
    #expect(fields["digest"] == ["type": ["string", "null"], "contentEncoding": "base64url"])
    #expect(components.definitions["SampleChange"]?["required"] == ["name"])
    #expect(
      Schema.nullable(SampleStatus.schema).jsonSchema(in: &components)
        == ["anyOf": [["$ref": "#/components/schemas/SampleStatus"], ["type": "null"]]])
    #expect(components.map["SampleStatus"] != nil)
  }

  @Test("a record becomes CDDL, outermost rule first, each rule once")
  func cddl() {
    let schema = Schema.record(
      RecordSchema(
        name: "Page", documentation: "A page.",
        fields: [
          FieldSchema(
            name: "items", documentation: "",
            schema: .array(of: SampleStatus.schema, minimum: 1, maximum: 5),
            isRequired: true),
          FieldSchema(
            name: "next", documentation: "Where to go on.\nOpaque.",
            schema: .nullable(.text(TextSchema(pattern: "^[0-9]+$"))), isRequired: false),
          FieldSchema(
            name: "x-total", documentation: "", schema: .integer(minimum: 0, maximum: nil),
            isRequired: true),
          FieldSchema(
            name: "first", documentation: "", schema: SampleStatus.schema, isRequired: false),
          FieldSchema(
            name: "title", documentation: "", schema: .text(TextSchema(minimum: 1, maximum: 80)),
            isRequired: false),
          FieldSchema(
            name: "odds", documentation: "",
            schema: .dictionary(of: .number(minimum: 0, maximum: 1)),
            isRequired: false),
          FieldSchema(name: "more", documentation: "", schema: .open, isRequired: false),
        ]))
    let expected = #"""
      ; A page.
      Page = {
        items: [1*5 SampleStatus],
        ; Where to go on.
        ; Opaque.
        ? next: tstr .regexp "[0-9]+" / null,
        "x-total": uint,
        ? first: SampleStatus,
        ? title: tstr .regexp "(.|[\\r\\n]){1,80}",
        ? odds: {* tstr => 0.0..1.0},
        ? more: any,
      }

      SampleStatus = "pending" / "running" / "completed" / "failed" / "cancelled"

      """#
    #expect(schema.cddl(name: "Page") == expected)
    #expect(
      Schema.array(of: .boolean, minimum: nil, maximum: nil).cddl(name: "flags")
        == "flags = [0* bool]\n")
  }

  @Test("types have the schema of what they take", arguments: Self.types)
  func scalars(_ schema: Schema, _ expected: WireValue) {
    var components = SchemaComponents(prefix: "#/")
    #expect(schema.jsonSchema(in: &components) == expected)
  }

  static let types: [(Schema, WireValue)] = [
    (Bool.schema, ["type": "boolean"]),
    (String.schema, ["type": "string"]),
    (Int.schema, ["type": "integer"]),
    (UInt64.schema, ["type": "integer", "minimum": 0]),
    (UInt32.schema, ["type": "integer", "minimum": 0, "maximum": 4_294_967_295]),
    (Double.schema, ["type": "number"]),
    (WireValue.schema, [:]),
    (StoredJSON.schema, [:]),
    ([String].schema, ["type": "array", "items": ["type": "string"]]),
    (WireValue?.schema, [:]),
    (Patch<Bool>.schema, ["type": ["boolean", "null"]]),
  ]
}
