/// A moment in UTC, to the millisecond; `2025-01-02T03:04:05.678Z` in every representation.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  package let milliseconds: Int64

  /// The moment, held within the years 0000 to 9999, which have a text (RFC 3339 §5.6).
  package init(milliseconds: Int64) {
    self.milliseconds = min(
      max(milliseconds, Timestamp.range.lowerBound), Timestamp.range.upperBound)
  }

  /// 0000-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z.
  static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  /// The length of every text, in bytes.
  static let textLength = 24

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The moment as RFC 3339 text in UTC with three digits of fraction.
  package var text: String {
    var buffer = ByteBuffer(capacity: Timestamp.textLength)
    buffer.append(self)
    // SAFETY: the bytes are copied before the borrow ends.
    return unsafe buffer.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The moment that many seconds after 1970, cut to the millisecond; nil outside of the years with
  /// a text.
  init?(seconds: WireValue) {
    switch seconds {
    case .integer(let whole):
      let (milliseconds, overflow) = whole.multipliedReportingOverflow(by: 1000)
      guard !overflow, Timestamp.range.contains(milliseconds) else { return nil }
      self.milliseconds = milliseconds
    case .double(let seconds):
      guard let milliseconds = Int64(exactly: (seconds * 1000).rounded(.down)),
        Timestamp.range.contains(milliseconds)
      else { return nil }
      self.milliseconds = milliseconds
    default: return nil
    }
  }

  static func refusal(at offset: Int?) -> DecodeError {
    DecodeError(.badTimestamp, at: offset, "expected a time such as 2025-01-02T03:04:05.678Z")
  }
}

extension Timestamp: Coded {
  package static var schema: Schema { .timestamp }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.timestamp(self) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self = try source.timestamp()
  }
}
