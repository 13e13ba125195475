import Testing

@testable import Mail

@Suite("a moment as mail writes it")
struct MailDateTests {
  // From `date -u -R -d @SECONDS`.
  // swift-format-ignore
  static let rows: [(Int64, String)] = [
    (0,               "Thu, 01 Jan 1970 00:00:00 +0000"),
    (86_399,          "Thu, 01 Jan 1970 23:59:59 +0000"),
    (68_169_600,      "Tue, 29 Feb 1972 00:00:00 +0000"),
    (951_782_400,     "Tue, 29 Feb 2000 00:00:00 +0000"),
    (951_868_800,     "Wed, 01 Mar 2000 00:00:00 +0000"),
    (1_000_000_000,   "Sun, 09 Sep 2001 01:46:40 +0000"),
    (1_709_208_000,   "Thu, 29 Feb 2024 12:00:00 +0000"),
    (1_735_689_599,   "Tue, 31 Dec 2024 23:59:59 +0000"),
    (1_735_689_600,   "Wed, 01 Jan 2025 00:00:00 +0000"),
    (1_740_787_199,   "Fri, 28 Feb 2025 23:59:59 +0000"),
    (1_740_787_200,   "Sat, 01 Mar 2025 00:00:00 +0000"),
    (2_147_483_648,   "Tue, 19 Jan 2038 03:14:08 +0000"),
    (4_107_542_399,   "Sun, 28 Feb 2100 23:59:59 +0000"),
    (4_107_542_400,   "Mon, 01 Mar 2100 00:00:00 +0000"),
    (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
  ]

  @Test("known moments", arguments: rows)
  func writes(_ seconds: Int64, _ text: String) {
    #expect(MailDate(unixMilliseconds: seconds * 1_000).text == text)
    #expect(MailDate(unixMilliseconds: seconds * 1_000 + 999).text == text)
  }

  @Test("a moment out of range is the nearest one inside")
  func clamps() {
    #expect(MailDate(unixMilliseconds: .min).text == Self.rows.first?.1)
    #expect(MailDate(unixMilliseconds: -1).text == Self.rows.first?.1)
    #expect(MailDate(unixMilliseconds: .max).text == Self.rows.last?.1)
  }
}
