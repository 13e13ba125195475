import Contract
import Testing
import Wire

struct NoInputTests {
  @Test("nothing reads and writes as an empty map")
  func isEmpty() throws {
    #expect(NoInput().json() == Array("{}".utf8))
    #expect(NoInput().cbor() == [0xa0])
    _ = try NoInput(parameters: [], body: .none)
    _ = try NoInput(parameters: [], body: .json(Array("{ }".utf8)))
    _ = try NoInput(parameters: [], body: .cbor([0xbf, 0xff]))
  }

  static let refused: [(parameters: [Parameter], body: WireBody)] = [
    ([Parameter(name: "a", value: "b")], .none), ([], .json(Array(#"{"a":1}"#.utf8))),
    ([], .cbor([0xa1, 0x61, 0x61, 0x01])),
  ]

  @Test("any field is an unknown one", arguments: refused)
  func refuses(_ row: (parameters: [Parameter], body: WireBody)) {
    let error = #expect(throws: DecodeError.self) {
      try NoInput(parameters: row.parameters, body: row.body)
    }
    #expect(error?.kind == .unknownField)
  }
}
