import Testing

@testable import Wire

@Suite("CBOR sequences of RFC 8742")
struct CBORSequenceTests {
  @Test("items come out one by one, however the bytes come in", arguments: 1...9)
  func pieces(_ size: Int) throws {
    let items: [WireValue] = [1, "text", ["a": [1.5, nil]], .bytes([0, 1]), [:]]
    let all = items.flatMap { $0.cbor() }
    var sequence = CBORSequence()
    var read: [WireValue] = []
    for start in stride(from: 0, to: all.count, by: size) {
      sequence.append([UInt8](all[start..<min(start + size, all.count)]))
      while let item = try sequence.next() { read.append(item) }
    }
    try sequence.finish()
    #expect(read == items)
  }

  @Test("a fault's offset counts from the sequence's beginning")
  func offsets() throws {
    var sequence = CBORSequence(bytes("01"))
    #expect(try sequence.next() == 1)
    sequence.append(bytes("02 62c328"))
    #expect(try sequence.next() == 2)
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try sequence.next() } == Refusal(.invalidUTF8, 3))
    sequence.append(bytes("1c"))
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try sequence.next() }
        == Refusal(.reservedAdditional, 5))
  }

  @Test("an item without its end is refused at the end only")
  func end() throws {
    var sequence = CBORSequence(bytes("01 8201"))
    _ = try sequence.next()
    #expect(try sequence.next() == nil)
    let unfinished = sequence
    #expect(
      Refusal.of { () throws(DecodeError) in try unfinished.finish() } == Refusal(.endInItems, 3))
    sequence.append([2])
    #expect(try sequence.next() == [1, 2])
    try sequence.finish()
  }
}
