import Testing

@testable import Models

@Suite struct RetryPolicyTests {
  // swift-format-ignore
  static let waits: [(attempts: Int, retryAfter: Duration?, delay: Duration)] = [
    (1, nil, .milliseconds(500)), (2, nil, .seconds(1)), (3, nil, .seconds(2)), (4, nil, .seconds(4)),
    (5, nil, .seconds(8)), (6, nil, .seconds(8)), (10_000, nil, .seconds(8)),
    (1, .seconds(3), .seconds(3)), (3, .seconds(1), .seconds(2)), (1, .seconds(60), .seconds(60)),
    (1, .seconds(61), .seconds(60)), (1, .seconds(-1), .milliseconds(500)),
  ]

  @Test("waits double up to a limit, and a provider may ask for more", arguments: waits)
  func delays(_ attempts: Int, _ retryAfter: Duration?, _ delay: Duration) {
    let policy = RetryPolicy.standard { $0 }
    #expect(policy.delay(after: attempts, retryAfter: retryAfter) == delay)
  }

  // swift-format-ignore
  static let jitters: [(jittered: Duration, delay: Duration)] = [
    (.milliseconds(300), .milliseconds(300)), (.zero, .zero), (.seconds(-1), .zero), (.seconds(9), .seconds(8)),
  ]

  @Test("jitter stays within the limits", arguments: jitters)
  func bounds(_ jittered: Duration, _ delay: Duration) {
    #expect(RetryPolicy.standard { _ in jittered }.delay(after: 1, retryAfter: nil) == delay)
  }

  /// 1994-11-06T08:49:37.000Z.
  static let date: Int64 = 784_111_777_000

  // swift-format-ignore
  static let headers: [(value: String, delay: Duration?)] = [
    ("0", .zero), ("7", .seconds(7)), ("007", .seconds(7)), ("999999999", .seconds(999_999_999)),
    ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:37 GMT", .zero),
    ("Sun, 06 Nov 1994 08:49:27 GMT", .zero), ("Sat, 01 Jan 2000 00:00:00 GMT", .seconds(162_573_023)),
    ("", nil), (" 7", nil), ("-1", nil), ("+1", nil), ("1.5", nil), ("1e3", nil), ("٧", nil), ("0000000000000000000007", .seconds(7)),
    ("1000000000", .seconds(999_999_999)), ("99999999999999999999", .seconds(999_999_999)),
    ("Sun, 06 Nov 1994 08:49:47", nil), ("Sun, 06 Nov 1994 08:49:47 CET", nil), ("Sun, 06 Nop 1994 08:49:47 GMT", nil),
    ("Sun, 32 Nov 1994 08:49:47 GMT", nil), ("Sun, 6 Nov 1994 08:49:47 GMT", nil), ("Sun,  06 Nov 1994 08:49:47 GMT", nil),
    ("Sun Nov  6 08:49:37 1994", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
  ]

  @Test("Retry-After is seconds or a date", arguments: headers)
  func reads(_ value: String, _ delay: Duration?) {
    #expect(RetryAfter.delay(value, at: Self.date) == delay)
  }
}
