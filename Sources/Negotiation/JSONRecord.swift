import Wire

/// Writes the items of a feed as a JSON text sequence (RFC 7464): one object `{event, id?, data}`
/// each, between a record separator and a line feed.
enum JSONRecord {
  /// Bytes of one record besides its name and content.
  private static let overhead = 56
  private static let separator: UInt8 = 0x1e
  private static let lineFeed: UInt8 = 0x0a

  static func message(_ frame: FeedFrame) -> [UInt8] { framed(object(frame)) }

  /// What stands in a record.
  static func object(_ frame: FeedFrame) -> [UInt8] {
    var sink = JSONSink(
      capacity: overhead + frame.event.utf8CodeUnitCount + frame.content.bytes.count)
    sink.beginMap(count: frame.id == nil ? 2 : 3)
    if let id = frame.id {
      sink.key("id")
      sink.text(String(id))
    }
    sink.key("event")
    sink.text("\(frame.event)")
    sink.key("data")
    sink.stored(frame.content)
    sink.endMap()
    return sink.finish()
  }

  static func retry(_ milliseconds: Int64) -> [UInt8] {
    framed((["event": "retry", "data": .integer(milliseconds)] as WireValue).json())
  }

  private static func framed(_ text: [UInt8]) -> [UInt8] {
    [separator] + text + [lineFeed]
  }
}
