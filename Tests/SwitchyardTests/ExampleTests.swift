import Contract
import Testing
import Wire

@testable import switchyard

@Suite("Examples of methods") struct ExampleTests {
  @Test("every method with an input or an answer of its own has an example")
  func hasExample() {
    for row in CallCommand.methods where row.fixedType == nil && row.output != .open {
      #expect(row.example != nil, "\(row.name)")
    }
  }

  @Test("an example reads as the method's own types")
  func reads() throws {
    for row in CallCommand.methods { try row.readExample() }
  }

  @Test("an example that does not fit is found")
  func findsMistake() {
    let method = Method<Int>(
      inline: "a.v1.A/B", .get, "/a", zone: .root, summary: "A.", permission: nil,
      example: MethodExample(#"{"no_such_field":1}"#, answer: "{}")
    ) { (_, _: NoInput, _) throws(Fault) -> WireValue in [:] }
    #expect(throws: DecodeError.self) { try method.description.readExample() }
  }
}
