import Testing

@testable import Wire

@Suite("canonical JSON of RFC 8785")
struct CanonicalJSONTests {
  @Test("numbers are written as ECMAScript writes them (appendix B)", arguments: Self.numbers)
  func number(_ bits: UInt64, _ expected: String) {
    #expect(text(WireValue.double(Double(bitPattern: bits)).canonicalJSON()) == expected)
  }

  static let numbers: [(UInt64, String)] = [
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    (0x3ff0_0000_0000_0000, "1"),
    (0x4059_0000_0000_0000, "100"),
  ]

  @Test("the text of §3.2.2 comes out as printed there")
  func sample() throws {
    let input = #"""
      {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
       "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}
      """#
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(text(try WireValue(json: utf8(input)).canonicalJSON()) == expected)
  }

  @Test("of any two keys that one is first which is so in UTF-16")
  func pairs() {
    let keys = [
      "", "a", "ab", "b", "\u{7f}", "\u{80}", "é", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}",
      "\u{fb33}", "\u{ffff}", "\u{10000}", "\u{10ffff}", "x\u{ffff}y", "x\u{10000}a", "x\u{e000}",
      // Alike in their first eight bytes, or different at the eighth.
      "seventy", "seventy\u{0}", "seventy\u{e000}", "seventy\u{10000}", "eightlet",
      "eightletters", "eightlet\u{e000}", "eightlet\u{10000}", "eightlet\u{0}",
    ]
    for left in keys {
      for right in keys where left != right {
        let map: WireValue = .map([
          WireMember(.text(left), .null), WireMember(.text(right), .null),
        ])
        let isFirst = left.utf16.lexicographicallyPrecedes(right.utf16)
        let (first, second) = isFirst ? (left, right) : (right, left)
        let expected: WireValue = .map([
          WireMember(.text(first), .null), WireMember(.text(second), .null),
        ])
        #expect(map.canonicalJSON() == expected.json(), "\(left) and \(right)")
      }
    }
  }

  @Test("maps of any size come out in order, with what they hold", arguments: [2, 32, 33, 500])
  func sizes(_ count: Int) throws {
    // Steps through all residues, so that neighbours are never in order.
    let names = (0..<count).map { "\($0 * 7 % count)\($0 % 5 == 0 ? "\n" : "")" }
    let map: WireValue = .map(
      names.map { WireMember(.text($0), ["v": [.double(0.5), .text($0)], "a": [:]]) })
    let sorted = names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    let expected = sorted.map { name in
      let text = text(WireValue.text(name).json())
      return "\(text):{\"a\":{},\"v\":[0.5,\(text)]}"
    }
    #expect(text(map.canonicalJSON()) == "{\(expected.joined(separator: ","))}")
  }

  @Test("keys are in the order of UTF-16 (§3.2.3)")
  func order() throws {
    let input =
      #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
    #expect(
      text(try WireValue(json: utf8(input)).canonicalJSON())
        == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}")
  }

  @Test("the order of members does not count, an integer keeps its digits")
  func oneText() {
    let left: WireValue = ["b": [1: 2, "x": 3], "a": .unsigned(.max)]
    let right: WireValue = ["a": .unsigned(.max), "b": ["x": 3, 1: 2]]
    #expect(left == right)
    #expect(left.canonicalJSON() == right.canonicalJSON())
    #expect(text(left.canonicalJSON()) == #"{"a":18446744073709551615,"b":[[1,2],["x",3]]}"#)
  }
}
