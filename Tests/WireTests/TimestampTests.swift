import Testing

@testable import Wire

@Suite("timestamps")
struct TimestampTests {
  @Test(
    "a date-time of RFC 3339 is a moment",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
      ("2025-01-02T03:04:05.678Z", 1_735_787_045_678, "2025-01-02T03:04:05.678Z"),
      ("2025-01-02t03:04:05.6z", 1_735_787_045_600, "2025-01-02T03:04:05.600Z"),
      ("2025-01-02T03:04:05.6789999Z", 1_735_787_045_678, "2025-01-02T03:04:05.678Z"),
      ("2025-01-02T03:04:05+08:00", 1_735_758_245_000, "2025-01-01T19:04:05.000Z"),
      ("2025-01-02T03:04:05-00:00", 1_735_787_045_000, "2025-01-02T03:04:05.000Z"),
      ("2024-02-29T23:59:59.999-23:59", 1_709_337_539_999, "2024-03-01T23:58:59.999Z"),
      ("2000-02-29T00:00:00Z", 951_782_400_000, "2000-02-29T00:00:00.000Z"),
      ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(String, Int64, String)])
  func reads(_ input: String, _ milliseconds: Int64, _ written: String) throws {
    let time = try Timestamp(json: "\"\(input)\"".utf8.map { $0 })
    #expect(time.milliseconds == milliseconds)
    #expect(time.text == written)
    #expect(try Timestamp(cbor: WireValue.text(input).cbor()) == time)
    #expect(try Timestamp(cbor: WireValue.tagged(0, .text(input)).cbor()) == time)
    #expect(try Timestamp(json: time.json()) == time)
    #expect(try Timestamp(cbor: time.cbor()) == time)
    #expect(time.wireValue() == .text(written))
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "2025-01-02", "2025-01-02 03:04:05Z", "2025-01-02T03:04:05", "2025-01-02T03:04Z",
      "2025-01-02T03:04:05.Z", "2025-01-02T03:04:05,5Z", "2025-01-02T03:04:05+0800",
      "2025-01-02T03:04:05+24:00", "2025-01-02T03:04:05+08:60", "2025-1-02T03:04:05Z",
      "2025-13-02T03:04:05Z", "2025-00-02T03:04:05Z", "2025-01-32T03:04:05Z",
      "2025-01-00T03:04:05Z",
      "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z",
      "2025-01-02T24:00:00Z",
      "2025-01-02T03:60:00Z", "2016-12-31T23:59:60Z", "2025-01-02T03:04:05Zx",
      " 2025-01-02T03:04:05Z",
      "+2025-01-02T03:04:05Z", "０025-01-02T03:04:05Z", "0000-01-01T00:00:00+00:01",
      "9999-12-31T23:59:59-00:01",
    ])
  func refuses(_ input: String) {
    #expect(Timestamp(checking: input) == nil)
    #expect(
      Refusal.of { () throws(DecodeError) in _ = try Timestamp(json: input.json()) }
        == Refusal(.badTimestamp, 0))
  }

  @Test(
    "seconds since 1970 under tag 1 are a moment",
    arguments: [
      ("c11a514b67b0", 1_363_896_240_000), ("c1fb41d452d9ec200000", 1_363_896_240_500),
      ("c120", -1000),
      ("c1f9b800", -500),
    ] as [(String, Int64)])
  func epoch(_ hex: String, _ milliseconds: Int64) throws {
    #expect(try Timestamp(cbor: bytes(hex)).milliseconds == milliseconds)
  }

  @Test(
    "seconds that have no date are refused",
    arguments: [
      "c1f97e00", "c1f97c00", "c11bffffffffffffffff", "c11b7fffffffffffffff", "c16130", "00", "c1",
    ])
  func noEpoch(_ hex: String) {
    #expect(throws: DecodeError.self) { try Timestamp(cbor: bytes(hex)) }
  }

  @Test("every day of four centuries counts up by one and comes back")
  func calendar() throws {
    var last: CivilDate?
    for day in stride(from: -719_528, through: 2_932_896, by: 1) {
      let date = CivilDate(daysSince1970: day)
      #expect(date.daysSince1970 == day && date != last)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
      last = date
      if day == -719_528 + 146_097 * 2 { break }
    }
  }

  @Test("a moment outside of the years with a text is held at their end")
  func clamped() {
    #expect(Timestamp(milliseconds: .max).text == "9999-12-31T23:59:59.999Z")
    #expect(Timestamp(milliseconds: .min).text == "0000-01-01T00:00:00.000Z")
  }
}
