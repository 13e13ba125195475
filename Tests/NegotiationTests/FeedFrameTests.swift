import Contract
import Negotiation
import Testing
import Wire

struct FeedFrameTests {
  /// Contents that would break a careless framing.
  static let contents: [WireValue] = [
    "", "plain", "a\nb", "a\r\nb\rc", "\n\nevent: x\n\ndata: y", "data: z", ": comment", "id: 9",
    "\u{feff}", "\u{0}", "\u{2028}\u{2029}\u{85}", "retry: 1", "日本語 🎉", "\\n", "a\tb", " lead",
    ["k\n": "v\r"], [1, [2, [3]]], nil, true, 1.5, -9_007_199_254_740_991, [:], [],
    ["event": "x", "id": "1", "data": ["data": "\n"]],
  ]

  private func item(_ content: WireValue, at position: Int64) -> FeedFrame {
    FeedFrame(
      FeedItem(position: position, event: StoredJSON(encoding: content)), event: "run.event")
  }

  @Test("an event is one message of an event stream, whatever it holds", arguments: contents)
  func writesEventStream(_ content: WireValue) throws {
    let bytes = FeedFormat.eventStream.encode(item(content, at: 41))
    let parser = EventStreamParser(bytes)
    let event = try #require(parser.events.first)
    #expect(parser.events.count == 1)
    #expect(event.type == "run.event")
    #expect(event.id == "41")
    #expect(try WireValue(json: Array(event.data.utf8)) == content)
  }

  @Test("an event is one item of a CBOR sequence, whatever it holds", arguments: contents)
  func writesSequence(_ content: WireValue) throws {
    let bytes = FeedFormat.cborSequence.encode(item(content, at: 41))
    let expected: WireValue = ["id": "41", "event": "run.event", "data": content]
    #expect(try WireValue(cbor: bytes) == expected)
    #expect(bytes == expected.cbor(), "keys stand in the order of RFC 8949 §4.2.1")
  }

  @Test("an event is one record of a JSON text sequence, whatever it holds", arguments: contents)
  func writesRecord(_ content: WireValue) throws {
    let bytes = FeedFormat.jsonSequence.encode(item(content, at: 41))
    #expect(bytes.first == 0x1e && bytes.last == 0x0a, "RFC 7464 §2.2")
    #expect(bytes.count { $0 == 0x1e } == 1 && bytes.count { $0 == 0x0a } == 1)
    let expected: WireValue = ["id": "41", "event": "run.event", "data": content]
    #expect(try WireValue(json: Array(bytes.dropFirst().dropLast())) == expected)
  }

  @Test("both formats say the same, and a sequence that is cut loses its last item at most")
  func formatsAgree() throws {
    let frames = Self.contents.enumerated().map { item($1, at: Int64($0)) }
    let text = EventStreamParser(frames.flatMap { FeedFormat.eventStream.encode($0) })
    var sequence = CBORSequence(frames.flatMap { FeedFormat.cborSequence.encode($0) }.dropLast())
    for (index, event) in text.events.enumerated().dropLast() {
      let item = try #require(try sequence.next(), "item \(index)")
      #expect(item["id"] == .text(event.id))
      #expect(item["event"] == .text(event.type))
      #expect(try item["data"] == WireValue(json: Array(event.data.utf8)))
    }
    #expect(try sequence.next() == nil)
  }

  @Test("control messages have no id, so that they never move a position")
  func controlsHaveNoID() throws {
    let circumstances = FaultCircumstances(path: "/p", correlationID: "c")
    let controls: [(String, FeedFrame)] = [
      ("connected", .greeting(StoredJSON(encoding: ["run_id": "run_1"] as WireValue))),
      ("ping", .ping(at: Timestamp(milliseconds: 0))),
      (
        "failure",
        .failure(Fault(.unavailable, "gone"), zone: .runs, circumstances: circumstances)
      ),
    ]
    for (name, frame) in controls {
      let behind =
        FeedFormat.eventStream.encode(item("x", at: 7))
        + FeedFormat.eventStream.encode(frame)
      let parser = EventStreamParser(behind)
      #expect(parser.events.map(\.type) == ["run.event", name])
      #expect(parser.lastID == "7")
      let value = try WireValue(cbor: FeedFormat.cborSequence.encode(frame))
      #expect(value["id"] == nil)
      #expect(value["event"] == .text(name))
      #expect(value["data"] != nil)
    }
  }

  @Test("a ping tells the time")
  func pingTellsTime() throws {
    let value = try WireValue(
      cbor: FeedFormat.cborSequence.encode(.ping(at: Timestamp(milliseconds: 1))))
    #expect(value["data"]?["ts"] == "1970-01-01T00:00:00.001Z")
  }

  @Test("the time to wait is a field of the event stream, and an item of the sequence")
  func writesRetry() throws {
    let parser = EventStreamParser(FeedFormat.eventStream.encode(retryMilliseconds: 1000))
    #expect(parser.retry == 1000)
    #expect(parser.events.isEmpty)
    #expect(
      try WireValue(cbor: FeedFormat.cborSequence.encode(retryMilliseconds: 1000))
        == ["event": "retry", "data": 1000])
  }

  @Test("the parser of these tests is right by the shared vectors, where they are")
  func parserAgreesWithSharedVectors() throws {
    for row in SharedVectors.read("sse/parse_cases.json")?["cases"]?.elements ?? [] {
      let hex = Array(try #require(row["stream_hex"]?.string).utf8)
      let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
        UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16)
      }
      let parser = EventStreamParser(bytes)
      let expected = try #require(row["events"]).elements.map {
        EventStreamParser.Event(
          type: $0["type"]?.string ?? "", data: $0["data"]?.string ?? "",
          id: $0["id"]?.string ?? "")
      }
      #expect(parser.events == expected, "\(row["name"]?.string ?? "")")
      if case .integer(let retry)? = row["retry"] { #expect(parser.retry == Int(retry)) }
    }
  }
}
