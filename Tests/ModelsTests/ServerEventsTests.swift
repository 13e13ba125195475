import Testing

@testable import Models

@Suite struct ServerEventsTests {
  /// The events of a stream that arrives in pieces, each as its name and its data.
  static func events(_ pieces: [some Sequence<UInt8>], bytesMax: Int = 64) throws -> [String] {
    var reader = ServerEvents(bytesMax: bytesMax)
    var events: [String] = []
    for piece in pieces {
      reader.append(Array(piece))
      while let event = try reader.next() {
        events.append("\(event.name)=\(String(decoding: event.data, as: UTF8.self))")
      }
    }
    return events
  }

  // swift-format-ignore
  static let streams: [Named<(text: String, events: [String])>] = [
    Named("nothing", ("", [])),
    Named("one event", ("data: a\n\n", ["message=a"])),
    Named("no space after the colon", ("data:a\n\n", ["message=a"])),
    Named("only one space goes", ("data:  a\n\n", ["message= a"])),
    Named("ends of lines of each kind", ("data: a\r\rdata: b\r\n\r\ndata: c\n\n", ["message=a", "message=b", "message=c"])),
    Named("CR and LF mixed", ("data: a\r\n\rdata: b\n\r\n", ["message=a", "message=b"])),
    Named("lines that end in CR and LF are joined", ("data: a\r\ndata: b\r\n\r\n", ["message=a\nb"])),
    Named("lines are joined", ("data: a\ndata\ndata: b\n\n", ["message=a\n\nb"])),
    Named("a name", ("event: ping\ndata: a\n\ndata: b\n\n", ["ping=a", "message=b"])),
    Named("the last name holds", ("event: x\nevent: y\ndata: a\n\n", ["y=a"])),
    Named("a name without data is no event", ("event: ping\n\ndata: a\n\n", ["message=a"])),
    Named("data without anything is an event", ("data\n\ndata:\n\n", ["message=", "message="])),
    Named("comments", (": hello\n\n:\ndata: a\n:b\n\n", ["message=a"])),
    Named("unknown fields", ("id: 1\nretry: 9\nDATA: x\n data: y\ndata: a\n\n", ["message=a"])),
    Named("a byte order mark", ("\u{FEFF}data: a\n\n", ["message=a"])),
    Named("a second byte order mark is a field's", ("\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n", ["message=b"])),
    Named("a byte order mark in the middle", ("data: a\n\n\u{FEFF}data: b\n\n", ["message=a"])),
    Named("the last event wants its blank line", ("data: a\n\ndata: b\n", ["message=a"])),
    Named("the last line wants its end", ("data: a\n\ndata: b", ["message=a"])),
    Named("more than ASCII", ("data: é漢👩\n\n", ["message=é漢👩"])),
    Named("colons in data", ("data: a: b:\n\n", ["message=a: b:"])),
  ]

  @Test("a stream has these events, wherever it is split", arguments: streams)
  func reads(_ stream: Named<(text: String, events: [String])>) throws {
    let bytes = Array(stream.row.text.utf8)
    #expect(try Self.events([bytes]) == stream.row.events)
    #expect(try Self.events(bytes.map { [$0] }) == stream.row.events)
    for offset in bytes.indices {
      #expect(try Self.events([bytes[..<offset], bytes[offset...]]) == stream.row.events)
    }
  }

  // swift-format-ignore
  static let lengths: [Named<(text: String, isTooLong: Bool)>] = [
    Named("a line at the limit", ("data: " + String(repeating: "a", count: 58) + "\n\n", false)),
    Named("a line above it", ("data: " + String(repeating: "a", count: 59) + "\n\n", true)),
    Named("a line that does not end", (String(repeating: "a", count: 65), true)),
    Named("an event at the limit", (String(repeating: "data: 1234567\n", count: 8) + "data\n\n", false)),
    Named("an event above it", (String(repeating: "data: 1234567\n", count: 8) + "data: 1\n\n", true)),
    Named("comments add up to nothing", (String(repeating: ": 1234567\n", count: 99), false)),
  ]

  @Test("a line and an event have a limit", arguments: lengths)
  func limits(_ row: Named<(text: String, isTooLong: Bool)>) throws {
    let bytes = Array(row.row.text.utf8)
    for pieces in [[bytes], bytes.map { [$0] }] {
      if row.row.isTooLong {
        #expect(throws: ServerEvents.TooLong()) { try Self.events(pieces) }
      } else {
        #expect(throws: Never.self) { try Self.events(pieces) }
      }
    }
  }

  @Test("what is read before a line that is too long is read")
  func keepsEarlierEvents() throws {
    var reader = ServerEvents(bytesMax: 16)
    reader.append(Array("data: a\n\n".utf8) + [UInt8](repeating: 0x61, count: 17))
    #expect(try reader.next()?.data == [0x61])
    #expect(throws: ServerEvents.TooLong()) { try reader.next() }
  }
}
