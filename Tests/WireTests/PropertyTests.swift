import FoundationEssentials
import FuzzBodies
import Testing

@testable import Wire

@Suite("what holds for every value")
struct PropertyTests {
  static let seed: UInt64 = {
    let given = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
    let seed = given ?? 20_250_102
    print("SEED=\(seed)")
    return seed
  }()

  static let rounds = 3000

  private static func values(isPlain: Bool) -> [WireValue] {
    var random = RandomValue(seed: seed, isPlain: isPlain)
    return (0..<rounds).map { _ in random.next() }
  }

  @Test("CBOR: what is written reads as the same value and is written the same again")
  func cbor() throws {
    for value in Self.values(isPlain: false) {
      let encoded = value.cbor()
      let read = try WireValue(cbor: encoded)
      #expect(read == value && read.cbor() == encoded && read.hashValue == value.hashValue)
      #expect(try CBORDiagnostic.parse(CBORDiagnostic.print(encoded)) == encoded)
    }
  }

  @Test("JSON: what is written reads as the same value")
  func json() throws {
    for value in Self.values(isPlain: true) {
      #expect(try WireValue(json: value.json()) == value)
      let canonical = try WireValue(json: value.canonicalJSON())
      #expect(canonical.canonicalJSON() == value.canonicalJSON())
    }
  }

  @Test("every value has a JSON text, which is the same with or without a detour over CBOR")
  func jsonOfAll() throws {
    for value in Self.values(isPlain: false) {
      let stored = StoredJSON(encoding: value)
      #expect(try WireValue(json: stored.bytes).json() == stored.bytes)
      #expect(try WireValue(cbor: stored.cbor()) == stored.value)
      #expect(stored.json() == stored.bytes)
    }
  }

  @Test("Markdown: every field is read back")
  func markdown() throws {
    for value in Self.values(isPlain: false) {
      let document = text(Markdown.render(value, title: "Sample"))
      #expect(try MarkdownReader.read(document) == value)
    }
  }

  @Test("a broken body is refused the same way by every reader of open values")
  func mutations() throws {
    var random = SeededGenerator(seed: Self.seed)
    for value in Self.values(isPlain: false).prefix(1000) {
      var input = value.cbor()
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        input[Int.random(in: input.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      let open = Refusal.of { () throws(DecodeError) in _ = try WireValue(cbor: input) }
      let printed = Refusal.of { () throws(DecodeError) in _ = try CBORDiagnostic.print(input) }
      if let printed, printed.kind != .invalidUTF8 {
        #expect(open?.kind == printed.kind || open?.kind == .trailingBytes)
      }
    }
  }
}
