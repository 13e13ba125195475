import Wire

/// Writes `text/event-stream` (WHATWG HTML §9.2.6).
enum EventStreamText {
  /// Bytes of one message besides its name and content: field names, line ends and the digits of
  /// the id.
  private static let overhead = 44

  /// A whole message with its blank line.
  static func message(_ frame: FeedFrame) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(
      overhead + frame.event.utf8CodeUnitCount + frame.content.bytes.count)
    if let id = frame.id {
      append("id: ", to: &text)
      text.append(contentsOf: String(id).utf8)
      text.append(lineEnd)
    }
    append("event: ", to: &text)
    append(frame.event, to: &text)
    append("\ndata: ", to: &text)
    text.append(contentsOf: frame.content.bytes)
    append("\n\n", to: &text)
    return text
  }

  private static let lineEnd = UInt8(ascii: "\n")

  private static func append(_ part: StaticString, to text: inout [UInt8]) {
    // SAFETY: a static string's bytes live as long as the program, and they are copied here.
    part.withUTF8Buffer { unsafe text.append(contentsOf: $0) }
  }
}
