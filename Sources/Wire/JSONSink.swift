/// Writes JSON (RFC 8259): compact, in declaration order, UTF-8.
///
/// What JSON lacks is written as what comes next to it: NaN and the infinities as `null`, byte
/// strings as base64url without padding (RFC 8949 §6.1), integers of any size as exact digits.
package struct JSONSink: ~Copyable, Sink {
  var buffer: ByteBuffer
  private var needsComma = false

  package static var sortsKeys: Bool { false }

  /// An empty sink with room for `capacity` bytes.
  package init(capacity: Int = 512) {
    buffer = ByteBuffer(capacity: capacity)
  }

  /// An empty sink that writes into `room`, which must outlive it, as long as that is enough.
  @unsafe init(in room: UnsafeMutableBufferPointer<UInt8>) {
    // SAFETY: the caller lends the room.
    unsafe buffer = ByteBuffer(in: room)
  }

  /// The text written so far; the sink is empty afterwards and keeps its room.
  package mutating func finish() -> [UInt8] {
    needsComma = false
    return buffer.finish()
  }

  package mutating func null() { literal("null") }

  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  package mutating func integer(_ value: Int64) {
    separate()
    buffer.appendDecimal(value.magnitude, isNegative: value < 0)
  }

  package mutating func unsigned(_ value: UInt64) {
    separate()
    buffer.appendDecimal(value)
  }

  package mutating func double(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    buffer.appendShortest(value)
  }

  package mutating func text(_ value: String) {
    separate()
    buffer.appendQuoted(value)
  }

  package mutating func choice(_ name: FieldName) {
    separate()
    // SAFETY: `json` is the quoted name and a colon, a static string that lives as long as the
    // process.
    unsafe buffer.append(
      UnsafeBufferPointer(start: name.json.utf8Start, count: name.json.utf8CodeUnitCount - 1))
  }

  package mutating func timestamp(_ value: Timestamp) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    buffer.append(value)
    buffer.append(UInt8(ascii: "\""))
  }

  package mutating func bytes(_ value: [UInt8]) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    // SAFETY: the buffer lends a room of that length.
    unsafe buffer.write(atMost: Base64URL.length(of: value)) { room in
      unsafe Base64URL.encode(value, into: room)
    }
    buffer.append(UInt8(ascii: "\""))
  }

  package mutating func stored(_ value: StoredJSON) {
    separate()
    buffer.append(value.bytes)
  }

  /// Writes the value as `WireValue.canonicalJSON` gives it.
  package mutating func canonical(_ value: StoredJSON) {
    separate()
    value.writeCanonical(into: &buffer)
  }

  package mutating func open(_ value: WireValue) { value.write(into: &self) }

  package mutating func beginArray(count: Int) { begin(UInt8(ascii: "[")) }
  package mutating func endArray() { end(UInt8(ascii: "]")) }
  package mutating func beginMap(count: Int) { begin(UInt8(ascii: "{")) }
  package mutating func endMap() { end(UInt8(ascii: "}")) }

  package mutating func key(_ name: FieldName) {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = false
    buffer.append(name.json)
  }

  package mutating func key(_ name: String) {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = false
    buffer.appendQuoted(name)
    buffer.append(UInt8(ascii: ":"))
  }

  /// Writes a key in which nothing has to be escaped.
  package mutating func key(plain name: StaticString) {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = false
    buffer.append(UInt8(ascii: "\""))
    buffer.append(name)
    buffer.append("\":" as StaticString)
  }

  /// A number or word of JSON that is known to be valid.
  mutating func literal(_ text: StaticString) {
    separate()
    buffer.append(text)
  }

  /// A number as text that is known to be valid.
  mutating func number(_ digits: [UInt8]) {
    separate()
    buffer.append(digits)
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  @inline(__always)
  private mutating func begin(_ bracket: UInt8) {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    buffer.append(bracket)
    needsComma = false
  }

  @inline(__always)
  private mutating func end(_ bracket: UInt8) {
    buffer.append(bracket)
    needsComma = true
  }
}
