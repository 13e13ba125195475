import Testing
import Wire

@Suite("Maps with text keys that are open")
struct TextMapTests {
  @Test("keys are kept in the order of RFC 8949, however they come")
  func order() throws(DecodeError) {
    let inOrder = try TextMap<Int>(json: utf8(#"{"b":2,"c":3,"aa":1}"#))
    let mixed = try TextMap<Int>(json: utf8(#"{"aa":1,"c":3,"b":2}"#))
    #expect(inOrder == mixed)
    #expect(inOrder.hashValue == mixed.hashValue)
    #expect(mixed.members.map(\.key) == ["b", "c", "aa"])
    #expect(mixed.cbor() == inOrder.cbor())
    #expect(try TextMap<Int>(cbor: mixed.cbor()) == mixed)
    #expect(mixed == ["c": 3, "aa": 1, "b": 2])
  }

  @Test("canonically equivalent keys are two keys, as in an open value")
  func equivalence() throws(DecodeError) {
    let body = utf8("{\"e\u{301}\":1,\"\u{e9}\":2}")
    let map = try TextMap<Int>(json: body)
    #expect(map.members.count == 2)
    #expect(map["\u{e9}"] == 2)
    #expect(map["e\u{301}"] == 1)
    #expect(map.wireValue() == (try WireValue(json: body)))
    #expect(map != ["e\u{301}": 2, "\u{e9}": 1])
  }

  @Test("a key given again is refused where it stands", arguments: [1, 11, 12, 13, 200])
  func repeated(count: Int) {
    for order in [Array(0..<count), (0..<count).reversed()] {
      let members = order.map { "\"key\($0)\":\($0)" }
      let head = "{" + members.joined(separator: ",") + ","
      for again in Set([0, count / 2, count - 1]) {
        let body = utf8(head + "\"key\(again)\":0}")
        let refusal = Refusal.of { () throws(DecodeError) in _ = try TextMap<Int>(json: body) }
        #expect(refusal?.kind == .duplicateKey)
        #expect(refusal?.offset == utf8(head).count)
        #expect(refusal?.path == "key\(again)")
      }
    }
  }

  @Test("members are set, replaced and removed by key")
  func members() {
    var map: TextMap<Int> = ["a": 1, "a": 2]
    #expect(map["a"] == 2)
    #expect(map["b"] == nil)
    map["b"] = 3
    map["a"] = nil
    map["c"] = nil
    #expect(map == ["b": 3])
  }
}
