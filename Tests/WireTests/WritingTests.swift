import Testing

@testable import Wire

@Suite("writing JSON and CBOR")
struct WritingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let value: WireValue
    let json: String
    let cbor: String
    var testDescription: String { json }

    init(_ value: WireValue, _ json: String, _ cbor: String) {
      self.value = value
      self.json = json
      self.cbor = cbor
    }
  }

  @Test("a value has one text and one deterministic encoding", arguments: Self.rows)
  func writes(_ row: Row) {
    #expect(text(row.value.json()) == row.json)
    #expect(hex(row.value.cbor()) == row.cbor.filter { $0 != " " })
  }

  // swift-format-ignore
  static let rows: [Row] = [
    Row(nil, "null", "f6"),
    Row(.undefined, "null", "f7"),
    Row(.simple(99), "null", "f863"),
    Row(.double(.nan), "null", "f97e00"),
    Row(.double(-.infinity), "null", "f9fc00"),
    Row(1.0, "1.0", "f93c00"),
    Row(-0.0, "-0.0", "f98000"),
    Row(1e16, "1e+16", "fb4341c37937e08000"),
    Row(.double(.leastNonzeroMagnitude), "5e-324", "fb0000000000000001"),
    Row(.integer(.min), "-9223372036854775808", "3b7fffffffffffffff"),
    Row(.unsigned(.max), "18446744073709551615", "1bffffffffffffffff"),
    Row(.integer(23), "23", "17"),
    Row(.integer(24), "24", "1818"),
    Row(.integer(255), "255", "18ff"),
    Row(.integer(256), "256", "190100"),
    Row(.integer(65536), "65536", "1a00010000"),
    Row(.integer(1 << 32), "4294967296", "1b0000000100000000"),
    Row(.bytes([]), #""""#, "40"),
    Row(.bytes([0xfb, 0xff]), #""-_8""#, "42fbff"),
    Row(.tagged(37, .bytes([UInt8](0..<16))), #""00010203-0405-0607-0809-0a0b0c0d0e0f""#, "d82550000102030405060708090a0b0c0d0e0f"),
    Row(.tagged(0, "2013-03-21T20:04:00Z"), #""2013-03-21T20:04:00Z""#, "c074323031332d30332d32315432303a30343a30305a"),
    Row(.tagged(1, 5), "5", "c105"),
    Row("a\u{0}\u{1b}\u{8}\u{9}\u{a}\u{c}\u{d}\"\\/\u{7f}é", #""a\u0000\u001b\b\t\n\f\r\"\\/"# + "\u{7f}é\"", "6f 61 00 1b 08 09 0a 0c 0d 22 5c 2f 7f c3a9".replacing("6f", with: "6e")),
    Row(["b": 1, "a": 2, "aa": 3, "": 4], #"{"b":1,"a":2,"aa":3,"":4}"#, "a4 60 04 6161 02 6162 01 626161 03"),
    Row([10: 1, -1: 2, "z": 3, false: 4], "[[10,1],[-1,2],[\"z\",3],[false,4]]", "a4 0a 01 20 02 617a 03 f4 04"),
    Row([[], [:], ["": []]], #"[[],{},{"":[]}]"#, "83 80 a0 a1 60 80"),
  ]

  @Test("an escape is found at every distance from the end of a word")
  func escapesEverywhere() throws {
    for length in 0..<40 {
      for place in 0..<max(length, 1) {
        var scalars = [UInt8](repeating: UInt8(ascii: "x"), count: length)
        if length > 0 { scalars[place] = UInt8(ascii: "\"") }
        let value = String(decoding: scalars, as: UTF8.self)
        #expect(try String(json: value.json()) == value)
        #expect(value.json().count == length + (length > 0 ? 3 : 2))
      }
    }
  }

  @Test("a sink gives what was written since it gave last")
  func reuse() {
    var sink = JSONSink(capacity: 1)
    for length in [0, 1, 100, 3] {
      let value = String(repeating: "a", count: length)
      sink.text(value)
      #expect(text(sink.finish()) == "\"\(value)\"")
    }
    var binary = CBORSink(capacity: 1)
    for value in [1, 2] as [Int64] {
      binary.integer(value)
      #expect(binary.finish() == [UInt8(value)])
    }
  }

  @Test("the longest number is written wherever the room ends", arguments: 0...24)
  func digitsAtTheEnd(_ capacity: Int) {
    var buffer = ByteBuffer(capacity: capacity)
    buffer.appendDecimal(.max, isNegative: true)
    #expect(text(buffer.finish()) == "-18446744073709551615")
  }

  @Test("decimal digits have every length")
  func digits() {
    var power: UInt64 = 1
    for length in 1...20 {
      #expect(text(power.json()) == "\(power)" && power.json().count == length)
      #expect(text((power - 1).json()) == "\(power - 1)")
      power = power.multipliedReportingOverflow(by: 10).partialValue
    }
  }
}
