/// Reads `text/event-stream` as it arrives (WHATWG HTML §9.2).
///
/// Ids and reconnection times are left out: a turn is never resumed. What is not followed by a
/// blank line is no event.
struct ServerEvents {
  /// One event.
  struct Event: Hashable {
    /// The event's type; `message` when the stream names none.
    let name: String
    /// The lines of data with a line feed between two.
    let data: [UInt8]
  }

  /// A line or an event longer than anybody documents.
  struct TooLong: Error, Hashable {}

  /// The most bytes of a line, and of an event's data.
  static let bytesMax = 1_048_576

  private let bytesMax: Int
  private var input: [UInt8] = []
  private var position = 0
  private var line: [UInt8] = []
  private var name: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var isAfterReturn = false
  private var isFirstLine = true

  init(bytesMax: Int = Self.bytesMax) {
    self.bytesMax = bytesMax
  }

  /// Adds what arrived.
  mutating func append(_ bytes: [UInt8]) {
    input.removeFirst(position)
    position = 0
    input += bytes
  }

  /// The next whole event; nil when more has to arrive first.
  mutating func next() throws(TooLong) -> Event? {
    while position < input.count {
      let byte = input[position]
      position += 1
      // A line ends with CR, LF or both, and the two may arrive apart.
      let isSecondHalf = isAfterReturn && byte == UInt8(ascii: "\n")
      isAfterReturn = byte == UInt8(ascii: "\r")
      if isSecondHalf { continue }
      guard isAfterReturn || byte == UInt8(ascii: "\n") else {
        guard line.count < bytesMax else { throw TooLong() }
        line.append(byte)
        continue
      }
      if let event = try endLine() { return event }
    }
    return nil
  }

  private mutating func endLine() throws(TooLong) -> Event? {
    var text = line[...]
    if isFirstLine, text.starts(with: Self.byteOrderMark) {
      text = text.dropFirst(Self.byteOrderMark.count)
    }
    isFirstLine = false
    defer { line.removeAll(keepingCapacity: true) }
    guard !text.isEmpty else { return endEvent() }
    let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
    var value = text[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value.removeFirst() }
    // A comment is a field without a name, and is passed over like any other unknown field.
    switch String(decoding: text[..<colon], as: UTF8.self) {
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      guard data.count + value.count <= bytesMax else { throw TooLong() }
      data += value
      hasData = true
    case "event": name = Array(value)
    default: break
    }
    return nil
  }

  private mutating func endEvent() -> Event? {
    defer {
      data = []
      hasData = false
      name = []
    }
    guard hasData else { return nil }
    return Event(name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), data: data)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
