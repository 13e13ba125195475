import Testing

@testable import Wire
@testable import WireSamples

@Suite("records")
struct RecordTests {
  static let run = SampleRun.example

  static let json = #"""
    {"run_id":"run_01","session_key":"s-1","status":"running","input":"Say \"hi\"","output":null,\#
    "created_at":"2025-01-02T03:04:05.678Z","duration_ms":null,"temperature":0.5,"tags":["a","é"],\#
    "events":[{"seq":1,"type":"run.started","ts":"2025-01-02T03:04:05.678Z","payload":{"text":"",\#
    "step_id":null}}]}
    """#

  @Test("JSON is in declaration order, and reads back")
  func writesJSON() throws {
    #expect(text(Self.run.json()) == Self.json)
    #expect(try SampleRun(json: Self.run.json()) == Self.run)
  }

  @Test("CBOR is sorted and deterministic, and reads back")
  func writesCBOR() throws {
    let encoded = Self.run.cbor()
    #expect(try SampleRun(cbor: encoded) == Self.run)
    #expect(try WireValue(cbor: encoded).cbor() == encoded)
    #expect(try WireValue(cbor: encoded) == Self.run.wireValue())
    #expect(try WireValue(json: Self.run.json()) == Self.run.wireValue())
  }

  @Test("fields come in any order, with escapes in their names, in chunks")
  func anyOrder() throws {
    let input = #"{"note":null, "\u006eame":"x"}"#
    let change = try SampleChange(json: utf8(input))
    #expect(change.name.text == "x")
    #expect(change.note == .null)
    let chunked = bytes("bf 7f 626e61 626d65 ff 6178 64 6e6f7465 f7 ff")
    #expect(try SampleChange(cbor: chunked) == change)
  }

  @Test("a field is found wherever it comes in the order", arguments: 0..<10)
  func rotated(_ first: Int) throws {
    guard case .map(let members) = Self.run.wireValue() else {
      preconditionFailure("a record is a map")
    }
    let rotated = members[first...] + members[..<first]
    for members in [[WireMember](rotated), rotated.reversed()] {
      #expect(try SampleRun(json: WireValue.map(members).json()) == Self.run)
      let encoded = members.flatMap { $0.key.cbor() + $0.value.cbor() }
      #expect(try SampleRun(cbor: [0xa0 | UInt8(members.count)] + encoded) == Self.run)
    }
  }

  @Test("absent and null are told apart where a change needs it, defaults stand in")
  func patches() throws {
    let absent = try SampleChange(json: utf8(#"{"name":"x"}"#))
    #expect(absent.note == .absent)
    #expect(absent.limit == 50)
    #expect(text(absent.json()).hasPrefix(#"{"name":"x","limit":50,"metadata":null"#))
    let given = try SampleChange(json: utf8(#"{"name":"x","note":"n","limit":200}"#))
    #expect(Text(checking: "n").map(Patch<Text<0, 8>>.value) == given.note)
    #expect(text(given.json()).hasPrefix(#"{"name":"x","limit":200,"note":"n""#))
    for change in [absent, given] {
      #expect(try SampleChange(cbor: change.cbor()) == change)
      #expect(try SampleChange(json: change.json()) == change)
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let json: String
    let refusal: Refusal
    var testDescription: String { "\(refusal): \(json)" }

    init(_ json: String, _ kind: DecodeError.Kind, _ offset: Int, _ path: String) {
      self.json = json
      refusal = Refusal(kind, offset, path)
    }
  }

  @Test("a wrong field is named with its path and offset", arguments: Self.bad)
  func refuses(_ row: Bad) throws {
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleChange(json: utf8(row.json)) }
        == row.refusal)
    // In CBOR the same tree is refused for the same field, elsewhere.
    guard let tree = try? WireValue(json: utf8(row.json)) else { return }
    let refusal = Refusal.of { () throws(DecodeError) in _ = try SampleChange(cbor: tree.cbor()) }
    #expect(refusal?.kind == row.refusal.kind)
    #expect(refusal?.path == row.refusal.path)
  }

  // swift-format-ignore
  static let bad: [Bad] = [
    Bad("[]", .wrongType, 0, ""),
    Bad("null", .wrongType, 0, ""),
    Bad(" {}", .missingField, 1, "name"),
    Bad(#"{"name":null}"#, .wrongType, 8, "name"),
    Bad(#"{"name": 1}"#, .wrongType, 9, "name"),
    Bad(#"{"name":""}"#, .tooShort, 8, "name"),
    Bad(#"{"name":"123456789"}"#, .tooLong, 8, "name"),
    Bad(#"{"name":"x","limit":0}"#, .outOfRange, 20, "limit"),
    Bad(#"{"name":"x","limit":null}"#, .wrongType, 20, "limit"),
    Bad(#"{"name":"x","limit":1.5}"#, .wrongType, 20, "limit"),
    Bad(#"{"name":"x","nope":1}"#, .unknownField, 12, "nope"),
    Bad(#"{"name":"x","name":"y"}"#, .duplicateKey, 12, "name"),
    Bad(#"{"name":"x","scores":{"a":1,"b":"c"}}"#, .wrongType, 32, "scores.b"),
    Bad(#"{"name":"x","is_urgent":"true"}"#, .wrongType, 24, "is_urgent"),
  ]

  @Test("bytes are base64url in JSON and a byte string in CBOR, each refused in the other's form")
  func byteStrings() {
    let input = #"{"name":"x","digest":"a"}"#
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleChange(json: utf8(input)) }
        == Refusal(.badBytes, 21, "digest"))
    let tree: WireValue = ["name": "x", "digest": "AA"]
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleChange(cbor: tree.cbor()) }
        == Refusal(.wrongType, 15, "digest"))
  }

  @Test("the path goes through arrays and records")
  func nestedPath() {
    let input = Self.json.replacing("\"seq\":1", with: "\"seq\":\"1\"")
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleRun(json: utf8(input)) }?.path
        == "events[0].seq")
    let unknown = Self.json.replacing("run.started", with: "run.stopped")
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try SampleRun(json: utf8(unknown)) }?.kind
        == .notAChoice)
  }

  @Test(
    "a repeated key of a map that is open is refused",
    arguments: [
      #"{"name":"x","scores":{"a":1,"a":2}}"#, #"{"name":"x","metadata":{"a":1,"a":2}}"#,
      #"{"name":"x","stored":{"a":1,"a":2}}"#,
    ])
  func repeatedKeys(_ input: String) {
    let refusal = Refusal.of { () throws(DecodeError) in _ = try SampleChange(json: utf8(input)) }
    #expect(refusal?.kind == .duplicateKey)
  }
}

extension SampleRun {
  static var example: SampleRun {
    guard let id = Text<1, 40>(checking: "run_01"), let session = Text<1, 80>(checking: "s-1"),
      let input = Text<1, 1000>(checking: "Say \"hi\"")
    else { preconditionFailure("the sample's texts are within their limits") }
    let time = Timestamp(milliseconds: 1_735_787_045_678)
    return SampleRun(
      runID: id, sessionKey: session, status: .running, input: input, output: nil, createdAt: time,
      durationMs: nil, temperature: 0.5, tags: ["a", "é"].compactMap { Text(checking: $0) },
      events: [
        SampleEvent(
          seq: 1, type: .started, ts: time, payload: SampleEvent.Payload(text: "", stepID: nil))
      ])
  }
}
