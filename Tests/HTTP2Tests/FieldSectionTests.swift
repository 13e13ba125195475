import Contract
import Testing

@Suite("Field sections")
struct FieldSectionTests {
  private static func sample() -> FieldSection {
    var fields = FieldSection()
    fields.append(name: ":method", value: "GET")
    fields.append(name: ":path", text: "/runs/7?x=é")
    fields.append(name: "accept", value: "application/json")
    fields.append(name: "content-length", number: 1_234)
    fields.append(name: "accept", value: "application/cbor;q=0.5")
    fields.append(name: "x-empty", text: "")
    let name = Array("x-bytes".utf8)
    let value: [UInt8] = [0x80, 0xff, 0x20]
    fields.append(nameBytes: name.span, valueBytes: value.span)
    return fields
  }

  @Test("fields are found by name, the first or all")
  func lookup() {
    let fields = Self.sample()
    #expect(fields.count == 7 && !fields.isEmpty)
    #expect(fields.string("accept") == "application/json")
    #expect(
      fields.all("accept").map { fields.string($0) } == [
        "application/json", "application/cbor;q=0.5",
      ])
    #expect(fields.string("content-length") == "1234")
    #expect(fields.string("x-empty") == "")
    #expect(fields.first("x-bytes").map { Array(fields.bytes[$0]) } == [0x80, 0xff, 0x20])
    #expect(
      fields.first("accep") == nil && fields.first("accepts") == nil && fields.first("") == nil)
    #expect(fields.all("x").isEmpty)
  }

  @Test("pseudo fields are found without a search, and by name")
  func pseudo() {
    let fields = Self.sample()
    #expect(fields.method.map { fields.equals($0, "GET") } == true)
    #expect(fields.path.map { fields.string($0) } == "/runs/7?x=é")
    #expect(fields.string(":path") == "/runs/7?x=é")
    #expect(fields.authority == nil && fields.scheme == nil && fields.connectProtocol == nil)
    var all = FieldSection()
    all.append(name: ":scheme", value: "https")
    all.append(name: ":authority", value: "a")
    all.append(name: ":protocol", value: "websocket")
    all.append(name: ":other", value: "x")
    #expect(all.scheme.map { all.string($0) } == "https")
    #expect(all.authority.map { all.string($0) } == "a")
    #expect(all.connectProtocol.map { all.string($0) } == "websocket")
    #expect(all.method == nil && all.path == nil && all.status == nil)
  }

  @Test(
    "the status is three digits",
    arguments: [
      ("200", 200), ("999", 999), ("099", 99), ("20", nil), ("2000", nil), ("2x0", nil), ("", nil),
    ])
  func status(_ text: String, _ status: Int?) {
    var fields = FieldSection()
    fields.append(name: ":status", text: text)
    #expect(fields.status == status)
  }

  @Test("numbers are written in decimal", arguments: [0, 7, 10, 4_096, -1, .max, .min])
  func numbers(_ number: Int) {
    var fields = FieldSection()
    fields.append(name: "n", number: number)
    #expect(fields.string("n") == "\(number)")
  }

  @Test("text cannot break out of its field")
  func controlCharacters() {
    var fields = FieldSection()
    fields.append(name: "x", text: "a\r\nb: c\0\u{7f}\td")
    #expect(fields.string("x") == "a  b: c  \td")
  }

  @Test("the size counts 32 bytes a field")
  func size() {
    var fields = FieldSection()
    #expect(fields.listSize == 0)
    fields.append(name: "abc", value: "de")
    #expect(fields.listSize == 37)
  }

  @Test("removing all forgets every field; storage stays up to what is kept")
  func removeAll() {
    var fields = Self.sample()
    let copy = fields
    fields.removeAll(keepingCapacity: 4_096)
    #expect(fields.isEmpty && fields.path == nil && fields.first("accept") == nil)
    #expect(copy.string("accept") == "application/json")
    fields = Self.sample()
    let capacity = fields.bytes.capacity
    fields.removeAll(keepingCapacity: capacity)
    #expect(fields.bytes.capacity == capacity)
    fields.append(name: "x", text: String(repeating: "v", count: 5_000))
    fields.removeAll(keepingCapacity: 4_096)
    #expect(fields.bytes.capacity == 0)
  }
}
