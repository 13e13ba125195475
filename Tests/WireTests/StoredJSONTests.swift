import Testing

@testable import Wire

@Suite("stored JSON")
struct StoredJSONTests {
  @Test("a text is kept without blanks and goes into every body")
  func keeps() throws {
    let stored = try StoredJSON(checking: utf8("{ \"b\" : [1.0, 2],\n \"a\": \"\\u0041\" }"))
    #expect(text(stored.bytes) == #"{"b":[1.0,2],"a":"A"}"#)
    #expect(text([stored, stored].json()) == #"[{"b":[1.0,2],"a":"A"},{"b":[1.0,2],"a":"A"}]"#)
    #expect(hex(stored.cbor()) == "a261616141616282f93c0002")
    #expect(stored.wireValue() == ["a": "A", "b": [1.0, 2]])
  }

  @Test("the same value is stored from JSON and from CBOR")
  func fromBoth() throws {
    let stored = StoredJSON(encoding: ["k": [1, "x"]] as WireValue)
    #expect(try StoredJSON(json: stored.json()) == stored)
    #expect(try StoredJSON(cbor: stored.cbor()) == stored)
  }

  @Test(
    "what is not JSON is not stored", arguments: ["", "{", "{\"a\":1,\"a\":2}", "1 2", "\"\u{1}\""])
  func refuses(_ input: String) {
    #expect(throws: DecodeError.self) { try StoredJSON(checking: utf8(input)) }
  }
}
