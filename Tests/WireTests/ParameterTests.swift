import Testing

@testable import Wire
@testable import WireSamples

@Suite("parameters of path and query")
struct ParameterTests {
  private static func read(
    _ pairs: [(String, String)], _ body: WireBody = .none
  ) throws(DecodeError) -> SampleQuery {
    try SampleQuery(
      parameters: pairs.map { Parameter(name: $0.0, value: $0.1) }, body: body)
  }

  @Test("text is read as what the field asks for, repeated names are an array, a comma is a comma")
  func reads() throws {
    let query = try Self.read([
      ("session_key", "a,b"), ("status", "running"), ("limit", "7"), ("status", "failed"),
      ("since", "2025-01-02T03:04:05Z"), ("is_deep", "true"), ("ratio", "1e-1"), ("digest", "-_8"),
      ("any", "12"),
    ])
    #expect(query.sessionKey.text == "a,b")
    #expect(query.limit == 7)
    #expect(query.status == [.running, .failed])
    #expect(query.since?.text == "2025-01-02T03:04:05.000Z")
    #expect(query.isDeep == true)
    #expect(query.ratio == 0.1)
    #expect(query.digest?.bytes == [0xfb, 0xff])
    #expect(query.any == "12")
  }

  @Test(
    "a field comes from the body when no parameter gives it",
    arguments: [
      WireBody.json(utf8(#"{"limit":9}"#)), .cbor(bytes("a1 65 6c696d6974 09")),
    ])
  func merges(_ body: WireBody) throws {
    let query = try Self.read([("session_key", "s"), ("status", "failed")], body)
    #expect(query.limit == 9)
    #expect(query.status == [.failed])
  }

  @Test(
    "what parameters and body both give is a duplicate at the body's key",
    arguments: [
      (WireBody.json(utf8(#"{"limit":9,"session_key":"t"}"#)), 11),
      (.cbor(bytes("a2 65 6c696d6974 09 6b 73657373696f6e5f6b6579 6174")), 8),
    ])
  func duplicates(_ body: WireBody, _ offset: Int) {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try Self.read([("session_key", "s")], body) }
        == Refusal(.duplicateKey, offset, "session_key"))
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let pairs: [(String, String)]
    let kind: DecodeError.Kind
    let path: String
    var testDescription: String { "\(pairs) \(kind.rawValue)" }

    init(_ pairs: [(String, String)], _ kind: DecodeError.Kind, _ path: String) {
      self.pairs = pairs
      self.kind = kind
      self.path = path
    }
  }

  @Test("a wrong parameter is named, without an offset", arguments: Self.bad)
  func refuses(_ row: Bad) {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try Self.read(row.pairs) }
        == Refusal(row.kind, nil, row.path))
  }

  // swift-format-ignore
  static let bad: [Bad] = [
    Bad([], .missingField, "session_key"),
    Bad([("session_key", "")], .tooShort, "session_key"),
    Bad([("session_key", "123456789")], .tooLong, "session_key"),
    Bad([("session_key", "s"), ("nope", "1")], .unknownField, "nope"),
    Bad([("session_key", "s"), ("session_key", "t")], .duplicateKey, "session_key"),
    Bad([("session_key", "s"), ("limit", "")], .wrongType, "limit"),
    Bad([("session_key", "s"), ("limit", " 7")], .wrongType, "limit"),
    Bad([("session_key", "s"), ("limit", "7 ")], .wrongType, "limit"),
    Bad([("session_key", "s"), ("limit", "0x7")], .wrongType, "limit"),
    Bad([("session_key", "s"), ("limit", "7.5")], .wrongType, "limit"),
    Bad([("session_key", "s"), ("limit", "201")], .outOfRange, "limit"),
    Bad([("session_key", "s"), ("limit", "99999999999999999999")], .outOfRange, "limit"),
    Bad([("session_key", "s"), ("is_deep", "1")], .wrongType, "is_deep"),
    Bad([("session_key", "s"), ("status", "running,failed")], .notAChoice, "status[0]"),
    Bad([("session_key", "s"), ("status", "failed"), ("status", "x")], .notAChoice, "status[1]"),
    Bad([("session_key", "s"), ("since", "now")], .badTimestamp, "since"),
    Bad([("session_key", "s"), ("digest", "=")], .badBytes, "digest"),
  ]

  @Test("a body that is broken is said to be so")
  func brokenBody() {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try Self.read([], .json([])) }
        == Refusal(.endOfInput, 0))
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try Self.read([], .cbor([])) }
        == Refusal(.endInHead, 0))
  }
}
