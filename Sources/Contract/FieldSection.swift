/// The header fields of one message, or its trailers: bytes in one arena, in the order they came.
///
/// Names are lower case (RFC 9113 §8.2). Pseudo fields are ordinary entries that are also reached
/// without a search. Lookups give ranges of `bytes`, so that reading a field allocates nothing.
package struct FieldSection: Sendable {
  /// Where one field lies in the arena.
  package struct Entry: Sendable, Hashable {
    /// The bytes of the name.
    package let name: Range<Int>
    /// The bytes of the value.
    package let value: Range<Int>
    /// Whether the value will hardly come again, so that no compression table should keep it (RFC
    /// 7541 §6.2.3).
    package let isUnique: Bool
  }

  /// The arena: every field as the lengths of its two parts, its name and its value.
  ///
  /// It is as long as its room, so that adding a field is a check and a copy.
  package private(set) var bytes: [UInt8] = []
  private var used = 0
  /// How many fields there are, pseudo fields included.
  package private(set) var count = 0
  private var pseudoFields = PseudoFields()
  /// The kinds of names that are here, so that most searches for an absent one need not begin.
  private var nameKinds: UInt64 = 0

  /// A section with no field and no storage.
  package init() {}

  /// True when there is no field at all.
  package var isEmpty: Bool { count == 0 }

  /// What counts against a header list limit: names, values and 32 bytes a field (RFC 9113 §6.5.2).
  package var listSize: Int { used + (32 - Lengths.bytes) * count }

  /// Makes room for so many more fields with so many bytes of names and values in one step.
  package mutating func reserve(fields: Int, bytes count: Int) {
    let room = used + count + fields * Lengths.bytes
    if room > bytes.count { grow(to: room) }
  }

  /// Forgets the fields; the storage stays for the next message unless it outgrew `keeping` bytes.
  package mutating func removeAll(keepingCapacity keeping: Int) {
    if bytes.count > keeping { bytes = [] }
    used = 0
    count = 0
    pseudoFields = PseudoFields()
    nameKinds = 0
  }
}

/// How long the parts of a field are, as it stands before them in the arena.
private struct Lengths {
  /// The room that this takes.
  static let bytes = 8
  private static let uniqueMark: UInt32 = 1 << 31

  let name: Int
  let value: Int
  let isUnique: Bool

  init(name: Int, value: Int, isUnique: Bool) {
    precondition(name <= Int32.max && value <= Int32.max, "a field of more than 2 GiB")
    self.name = name
    self.value = value
    self.isUnique = isUnique
  }

  init(_ bits: UInt64) {
    let low = UInt32(truncatingIfNeeded: bits)
    name = Int(low & ~Self.uniqueMark)
    value = Int(bits >> 32)
    isUnique = low & Self.uniqueMark != 0
  }

  var bits: UInt64 {
    UInt64(value) << 32 | UInt64(name) | (isUnique ? UInt64(Self.uniqueMark) : 0)
  }
}

// MARK: - Reading

extension FieldSection {
  /// The value of `:method`.
  package var method: Range<Int>? { value(at: pseudoFields.method) }
  /// The value of `:path`.
  package var path: Range<Int>? { value(at: pseudoFields.path) }
  /// The value of `:authority`.
  package var authority: Range<Int>? { value(at: pseudoFields.authority) }
  /// The value of `:scheme`.
  package var scheme: Range<Int>? { value(at: pseudoFields.scheme) }
  /// The value of `:protocol` (RFC 8441 §4).
  package var connectProtocol: Range<Int>? { value(at: pseudoFields.connectProtocol) }

  /// The number in `:status`; `nil` in a request and when it is not three digits.
  package var status: Int? {
    guard let range = value(at: pseudoFields.status), range.count == 3 else { return nil }
    var number = 0
    for index in range {
      guard case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[index] else { return nil }
      number = number * 10 + Int(bytes[index] - UInt8(ascii: "0"))
    }
    return number
  }

  /// The entries, in the order they were appended.
  package var entries: some Sequence<Entry> {
    sequence(state: nil as Entry?) { previous in
      previous = entry(after: previous)
      return previous
    }
  }

  /// The entry behind `previous`, or the first one.
  package func entry(after previous: Entry?) -> Entry? {
    let start = previous?.value.upperBound ?? 0
    return start < used ? entry(at: start) : nil
  }

  /// The next entry called `name` (lower case) behind `previous`, or the first one.
  package func next(_ name: StaticString, after previous: Entry?) -> Entry? {
    let name = utf8(name)
    guard nameKinds & Self.kind(name) != 0 else { return nil }
    var start = previous?.value.upperBound ?? 0
    while start < used {
      let entry = entry(at: start)
      if entry.name.count == name.count, holds(name, from: entry.name.lowerBound) { return entry }
      start = entry.value.upperBound
    }
    return nil
  }

  /// True when the bytes in `range` are exactly `text`.
  package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount && holds(utf8(text), from: range.lowerBound)
  }

  /// True when `text` stands in the arena at `start`.
  private func holds(_ text: Span<UInt8>, from start: Int) -> Bool {
    // SAFETY: any byte is a value of its own type.
    let part = unsafe bytes.span.extracting(start..<(start + text.count)).bytes
    var offset = 0
    while offset + 8 <= text.count {
      // SAFETY: both have `text.count` bytes, and any eight bytes are a number.
      let (one, other) = unsafe (
        part.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
        text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      )
      if one != other { return false }
      offset += 8
    }
    while offset < text.count {
      // SAFETY: as above, for one byte.
      let byte = unsafe part.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if byte != text[offset] { return false }
      offset += 1
    }
    return true
  }

  /// One of 64 kinds that a name can be of, by its length and its ends.
  private static func kind(_ name: Span<UInt8>) -> UInt64 {
    guard let last = name.indices.last else { return 1 }
    return 1 << UInt64((Int(name[0]) &* 7 &+ Int(name[last]) &* 3 &+ name.count) & 63)
  }

  /// The bytes in `range` as text; what is not UTF-8 becomes U+FFFD.
  package func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private func value(at mark: UInt32) -> Range<Int>? {
    mark == 0 ? nil : entry(at: Int(mark) - 1).value
  }

  private func entry(at start: Int) -> Entry {
    precondition(start + Lengths.bytes <= used, "no field begins here")
    // SAFETY: the check above, and any eight bytes are a number.
    let bits = unsafe bytes.span.bytes.unsafeLoadUnaligned(
      fromByteOffset: start, as: UInt64.self)
    let lengths = Lengths(bits)
    let nameStart = start + Lengths.bytes
    let valueStart = nameStart + lengths.name
    return Entry(
      name: nameStart..<valueStart, value: valueStart..<(valueStart + lengths.value),
      isUnique: lengths.isUnique)
  }
}

// MARK: - Appending

extension FieldSection {
  /// Adds a field whose name and value are known when this is compiled.
  package mutating func append(name: StaticString, value: StaticString) {
    append(utf8(name), utf8(value))
  }

  /// Adds a field with text as its value; control characters in it become spaces (RFC 9110 §5.5).
  package mutating func append(name: StaticString, text: String) {
    var text = text
    text.makeContiguousUTF8()
    append(utf8(name), text.utf8Span.span)
    for index in (used - text.utf8.count)..<used
    where (bytes[index] < 0x20 && bytes[index] != 0x09) || bytes[index] == 0x7f {
      bytes[index] = UInt8(ascii: " ")
    }
  }

  /// Adds a field with a number as its value, in decimal.
  package mutating func append(name: StaticString, number: Int) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = digits.count
    var rest = number.magnitude
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 {
      start -= 1
      digits[start] = UInt8(ascii: "-")
    }
    append(utf8(name), digits.span.extracting(start..<digits.count))
  }

  /// Adds a field from bytes that are a valid lower-case name and a valid value already.
  package mutating func append(nameBytes: Span<UInt8>, valueBytes: Span<UInt8>) {
    append(nameBytes, valueBytes)
  }

  /// Adds a field from bytes that are a valid value already, and hardly come a second time.
  package mutating func append(name: StaticString, uniqueBytes: Span<UInt8>) {
    append(utf8(name), uniqueBytes, isUnique: true)
  }

  private mutating func append(
    _ name: Span<UInt8>, _ value: Span<UInt8>, isUnique: Bool = false
  ) {
    let start = used
    let lengths = Lengths(name: name.count, value: value.count, isUnique: isUnique)
    let end = start + Lengths.bytes + name.count + value.count
    if end > bytes.count { grow(to: max(end, bytes.count * 2, Self.roomAtFirst)) }
    // SAFETY: there is room up to `end`, and the three parts fill it one after the other.
    unsafe bytes.withUnsafeMutableBytes { arena in
      unsafe arena.storeBytes(of: lengths.bits, toByteOffset: start, as: UInt64.self)
      unsafe copy(name, to: start + Lengths.bytes, in: arena)
      // SAFETY: as above.
      unsafe copy(value, to: start + Lengths.bytes + name.count, in: arena)
    }
    used = end
    count += 1
    nameKinds |= Self.kind(name)
    if name.count > 0, name[0] == UInt8(ascii: ":") { note(start, name.count) }
  }

  @inline(never)
  private mutating func grow(to room: Int) {
    var larger: [UInt8] = []
    larger.reserveCapacity(room)
    larger.append(contentsOf: bytes[..<used])
    larger.append(contentsOf: repeatElement(0, count: room - used))
    bytes = larger
  }

  /// Bytes of the first arena: most requests of clients fit in.
  private static let roomAtFirst = 256

  /// The last of two equal pseudo fields wins; HTTP/2 refuses a message with two of them anyway.
  private mutating func note(_ start: Int, _ nameCount: Int) {
    guard let mark = UInt32(exactly: start + 1) else { return }
    let name = (start + Lengths.bytes)..<(start + Lengths.bytes + nameCount)
    switch nameCount {
    case 5 where equals(name, ":path"): pseudoFields.path = mark
    case 7 where equals(name, ":method"): pseudoFields.method = mark
    case 7 where equals(name, ":scheme"): pseudoFields.scheme = mark
    case 7 where equals(name, ":status"): pseudoFields.status = mark
    case 9 where equals(name, ":protocol"): pseudoFields.connectProtocol = mark
    case 10 where equals(name, ":authority"): pseudoFields.authority = mark
    case _: break
    }
  }
}

@inline(__always)
private func copy(
  _ source: Span<UInt8>, to start: Int, in arena: UnsafeMutableRawBufferPointer
) {
  // SAFETY: the slice is checked to lie in the arena, which cannot overlap a span of others.
  unsafe source.withUnsafeBytes {
    unsafe UnsafeMutableRawBufferPointer(rebasing: arena[start..<(start + source.count)])
      .copyMemory(from: $0)
  }
}

/// Where the pseudo fields stand: the place in the arena plus one, zero when absent.
private struct PseudoFields: Sendable {
  var method: UInt32 = 0
  var path: UInt32 = 0
  var authority: UInt32 = 0
  var scheme: UInt32 = 0
  var connectProtocol: UInt32 = 0
  var status: UInt32 = 0
}

/// The bytes of a text that is part of the program.
@_lifetime(immortal)
private func utf8(_ text: StaticString) -> Span<UInt8> {
  // SAFETY: a static string's bytes live as long as the program.
  let span = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
  return unsafe _overrideLifetime(span, copying: ())
}
