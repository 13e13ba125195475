import Testing
import Wire

@testable import WireSamples

/// Bodies that are not the record that was asked for, and where they go wrong.
@Suite("Samples that cannot be read")
struct SampleFaultTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: DecodeError.Kind
    let path: String
    let offset: Int?
    let read: @Sendable () throws -> Void

    init<Value: Coded>(
      _ name: String, _ type: Value.Type, json: String,
      _ kind: DecodeError.Kind, _ path: String, _ offset: Int
    ) {
      (self.name, self.kind, self.path, self.offset) = (name, kind, path, offset)
      read = { _ = try Value(json: Array(json.utf8)) }
    }

    init<Value: Coded>(
      _ name: String, _ type: Value.Type, cbor: [UInt8],
      _ kind: DecodeError.Kind, _ path: String, _ offset: Int
    ) {
      (self.name, self.kind, self.path, self.offset) = (name, kind, path, offset)
      read = { _ = try Value(cbor: cbor) }
    }

    init<Value: CodedRecord>(
      _ name: String, _ type: Value.Type, parameters: [(String, String)], body: String?,
      _ kind: DecodeError.Kind, _ path: String, _ offset: Int?
    ) {
      (self.name, self.kind, self.path, self.offset) = (name, kind, path, offset)
      read = {
        let body = body.map { WireBody.json(Array($0.utf8)) } ?? .none
        _ = try Value(parameters: parameters.map { Parameter(name: $0.0, value: $0.1) }, body: body)
      }
    }

    var testDescription: String { name }
  }

  // swift-format-ignore
  static let rows = [
    Row("a field is missing", OwnNames.self, json: #" {"sid":"a","type":"b"}"#, .missingField, "created_at", 1),
    Row("the first missing field counts", OwnNames.self, json: "{}", .missingField, "sid", 0),
    Row("a field is missing in a nested record", StartConversation.self,
      json: #"{"input":"a","messages":[{"role":"user","content":""},{"role":"user"}]}"#, .missingField, "messages[1].content", 54),
    Row("a field is unknown", Nothing.self, json: #"{"a":1}"#, .unknownField, "a", 1),
    Row("a field of a nested record is unknown", Sheet.self, json: #"{"rows":[{"cells":[],"b":1}]}"#, .unknownField, "rows[0].b", 21),
    Row("the property's name is no field", OwnNames.self, json: #"{"sessionID":"a"}"#, .unknownField, "sessionID", 1),
    Row("a field is given twice", OwnNames.self, json: #"{"sid":"a","sid":"b"}"#, .duplicateKey, "sid", 11),
    Row("the last of 64 fields is given twice", Wide.self, json: #"{"field63":1,"field63":1}"#, .duplicateKey, "field63", 13),
    Row("a required field is null", OwnNames.self, json: #"{"sid":null}"#, .wrongType, "sid", 7),
    Row("a field with a default is null", StartConversation.self, json: #"{"limit":null}"#, .wrongType, "limit", 9),
    Row("a value is out of bounds", StartConversation.self, json: #"{"limit":201}"#, .outOfRange, "limit", 9),
    Row("a text is too long", StartConversation.self, json: #"{"tags":["a","12345678901"]}"#, .tooLong, "tags[1]", 13),
    Row("a nested value has the wrong type", StartConversation.self,
      json: #"{"input":"a","messages":[{"role":"user","content":""},{"role":"user","content":""},{"role":"user","content":1}]}"#,
      .wrongType, "messages[2].content", 108),
    Row("a choice is none of its texts", StartConversation.self, json: #"{"messages":[{"role":"agent"}]}"#, .notAChoice, "messages[0].role", 21),
    Row("a value of a map is wrong", Preset.self, json: #"{"labels":{"x":"y"}}"#, .wrongType, "labels.x", 15),
    Row("a list in a list is wrong", Preset.self, json: #"{"grid":[[1],[null,true]]}"#, .wrongType, "grid[1][1]", 19),
    Row("a record is no map", OwnNames.self, json: "[]", .wrongType, "", 0),
    Row("there is more", Nothing.self, json: "{} 1", .trailingBytes, "", 3),
    Row("CBOR: a field is missing", Unsorted.self, cbor: [0xA1, 0x61, 0x61, 0x01], .missingField, "zeta", 0),
    Row("CBOR: a field is unknown", Nothing.self, cbor: [0xA1, 0x61, 0x61, 0x01], .unknownField, "a", 1),
    Row("CBOR: a field is given twice", Unsorted.self, cbor: [0xA2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01], .duplicateKey, "a", 4),
    Row("CBOR: a nested value has the wrong type", Sheet.self,
      cbor: [0xA1, 0x64] + Array("rows".utf8) + [0x81, 0xA1, 0x65] + Array("cells".utf8) + [0x01], .wrongType, "rows[0].cells", 14),
    Row("a parameter is missing", OwnNames.self, parameters: [("sid", "a")], body: nil, .missingField, "type", nil),
    Row("a parameter is unknown", OwnNames.self, parameters: [("sessionID", "a")], body: nil, .unknownField, "sessionID", nil),
    Row("a parameter is wrong", StartConversation.self, parameters: [("limit", "many")], body: "{}", .wrongType, "limit", nil),
    Row("a field is a parameter and in the body", OwnNames.self, parameters: [("sid", "a")], body: #"{"sid":"a"}"#, .duplicateKey, "sid", 1),
    Row("a field is in neither", OwnNames.self, parameters: [("sid", "a")], body: #"{"type":"a"}"#, .missingField, "created_at", 0),
  ]

  @Test("an error says what is wrong, where in the value and where in the bytes", arguments: rows)
  func locates(_ row: Row) throws {
    let error = #expect(throws: DecodeError.self) { try row.read() }
    #expect(error?.kind == row.kind)
    #expect(error?.path.description == row.path)
    #expect(error?.offset == row.offset)
  }
}
