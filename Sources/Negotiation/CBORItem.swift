import Wire

/// Writes the items of a feed as a CBOR sequence (RFC 8742): one map `{event, id?, data}` each.
///
/// Keys stand in the order of RFC 8949 §4.2.1; the id is text, as `Last-Event-ID` takes it.
enum CBORItem {
  /// Bytes of one item besides its name and content.
  private static let overhead = 48

  static func message(_ frame: FeedFrame) -> [UInt8] {
    var sink = CBORSink(
      capacity: overhead + frame.event.utf8CodeUnitCount + frame.content.bytes.count)
    sink.beginMap(count: frame.id == nil ? 2 : 3)
    if let id = frame.id {
      sink.key("id")
      sink.text(String(id))
    }
    sink.key("data")
    sink.stored(frame.content)
    sink.key("event")
    sink.text("\(frame.event)")
    sink.endMap()
    return sink.finish()
  }

  static func retry(_ milliseconds: Int64) -> [UInt8] {
    (["data": .integer(milliseconds), "event": "retry"] as WireValue).cbor()
  }
}
