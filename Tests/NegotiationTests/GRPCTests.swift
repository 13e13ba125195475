import Contract
import Testing
import Wire

@testable import Negotiation

@Suite("gRPC's frames and fields") struct GRPCTests {
  @Test("messages are the same, whatever pieces they come in", arguments: [1, 2, 3, 5, 7, 1000])
  func anyPieces(size: Int) throws {
    let contents: [[UInt8]] = [[], [0xa0], [UInt8](repeating: 7, count: 300)]
    let bytes = contents.flatMap { GRPCMessage.framed($0) }
    var reader = GRPCMessageReader(.identity, limit: 300)
    var messages: [[UInt8]] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      reader.append([UInt8](bytes[start..<min(start + size, bytes.count)]))
      while let message = try reader.next() { messages.append(message) }
    }
    try reader.finish()
    #expect(messages == contents)
  }

  // swift-format-ignore
  static let broken: [(bytes: [UInt8], coding: GRPCCoding, code: FaultCode)] = [
    ([2, 0, 0, 0, 0],                    .identity, .misframed),
    ([255, 0, 0, 0, 0],                  .gzip,     .misframed),
    ([1, 0, 0, 0, 0],                    .identity, .misframed),
    ([1, 0, 0, 0, 0],                    .gzip,     .misframed),
    ([1, 0, 0, 0, 3, 1, 2, 3],           .gzip,     .misframed),
    ([0, 0, 0, 0],                       .identity, .misframed),
    ([0, 0, 0, 0, 2, 1],                 .identity, .misframed),
    ([0, 0, 0, 0, 1, 1, 0],              .identity, .misframed),
    ([0, 0, 0, 0, 65],                   .identity, .contentTooLarge),
    ([0, 255, 255, 255, 255],            .identity, .contentTooLarge),
    ([],                                 .identity, .unimplemented),
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0],     .identity, .unimplemented),
  ]

  @Test("what is not one message is refused", arguments: broken)
  func refuses(_ row: (bytes: [UInt8], coding: GRPCCoding, code: FaultCode)) {
    let fault = #expect(throws: Fault.self) {
      try GRPCMessageReader.only(in: row.bytes, row.coding, limit: 64)
    }
    #expect(fault?.code == row.code)
  }

  @Test("gzip goes both ways, and every byte that is cut or changed is noticed")
  func gzip() throws {
    let content = [UInt8]("gzip, gzip, gzip and more of it".utf8)
    let packed = Gzip.deflated(content)
    #expect(try Gzip.inflated(packed, limit: content.count) == content)
    #expect(try Gzip.inflated(Gzip.deflated([]), limit: 0) == [])
    #expect(throws: Gzip.Failure.tooLong) {
      try Gzip.inflated(packed, limit: content.count - 1)
    }
    #expect(throws: Gzip.Failure.damaged) { try Gzip.inflated(packed + [0], limit: 64) }
    for end in packed.indices {
      #expect(throws: Gzip.Failure.damaged) {
        try Gzip.inflated([UInt8](packed[..<end]), limit: 64)
      }
    }
    let framed = GRPCMessage.framed(packed, isCompressed: true)
    #expect(try GRPCMessageReader.only(in: framed, .gzip, limit: 64) == content)
  }

  @Test("a bomb is given up at the limit")
  func bomb() {
    let bomb = Gzip.deflated([UInt8](repeating: 0, count: 4 << 20))
    #expect(bomb.count < 32_768)
    #expect(throws: Gzip.Failure.tooLong) { try Gzip.inflated(bomb, limit: 100_000) }
  }

  // swift-format-ignore
  static let timeouts: [(field: String, nanoseconds: Int64?)] = [
    ("1H", 3_600_000_000_000), ("2M", 120_000_000_000), ("3S", 3_000_000_000), ("4m", 4_000_000), ("5u", 5000), ("6n", 6),
    ("0n", 0), ("00000001S", 1_000_000_000), ("99999999H", .max),
    ("", nil), ("S", nil), ("1", nil), ("123456789S", nil), ("1s", nil), ("-1S", nil), ("+1S", nil), ("1 S", nil), ("1SS", nil), ("1.5S", nil),
  ]

  @Test("a timeout is eight digits and a unit", arguments: timeouts)
  func timeout(_ row: (field: String, nanoseconds: Int64?)) throws {
    let head = FieldSection([("grpc-timeout", row.field)])
    if let wanted = row.nanoseconds {
      #expect(try GRPCTimeout.nanoseconds(head) == wanted)
    } else {
      #expect(throws: Fault.self) { try GRPCTimeout.nanoseconds(head) }
    }
  }

  @Test("no timeout is no limit, and two are none")
  func noTimeout() throws {
    #expect(try GRPCTimeout.nanoseconds(FieldSection()) == nil)
    let two = FieldSection([("grpc-timeout", "1S"), ("grpc-timeout", "1S")])
    #expect(throws: Fault.self) { try GRPCTimeout.nanoseconds(two) }
  }

  // swift-format-ignore
  static let messages: [(text: String, field: String)] = [
    ("plain text", "plain text"), ("100 %", "100 %25"), ("a\nb\t", "a%0Ab%09"), ("\u{e9}\u{1f600}", "%C3%A9%F0%9F%98%80"), ("", ""), ("~\u{7f}", "~%7F"),
  ]

  @Test("a message is percent-encoded where it is no visible ASCII", arguments: messages)
  func escapes(_ row: (text: String, field: String)) {
    #expect(GRPCStatus.escaped(row.text) == row.field)
    #expect(GRPCStatus.unescaped(row.field) == row.text)
  }

  @Test("what is no escape stays as it is", arguments: ["100%", "%", "%+f", "%zz", "%2"])
  func keeps(_ text: String) {
    #expect(GRPCStatus.unescaped(text) == text)
  }

  @Test("a refusal says its number, its message and the zone's error object")
  func refusal() throws {
    var fields = FieldSection()
    GRPCStatus.append(
      Fault(.throttled, "too many", retryAfterSeconds: 2), zone: .runs,
      circumstances: FaultCircumstances(path: "/", correlationID: "c"), to: &fields)
    #expect(fields.string("grpc-status") == "8" && fields.string("grpc-message") == "too many")
    #expect(fields.string("grpc-retry-pushback-ms") == "2000")
    let text = try #require(fields.string("error-bin"))
    let letters = text.utf8.map { byte in
      byte == UInt8(ascii: "+")
        ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
    }
    let error = try WireValue(cbor: #require(Base64URL.bytes(letters)))
    #expect(error["error"]?["code"] == "RATE_LIMITED")
  }
}
