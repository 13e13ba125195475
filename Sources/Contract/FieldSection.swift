/// The header fields of one message, or its trailers: bytes in one arena, in the order they came.
///
/// Names are lower case (RFC 9113 §8.2); pseudo fields are ordinary entries. Lookups give ranges of
/// `bytes`, so that reading a field allocates nothing.
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
  /// Bytes of the arena that hold fields.
  package private(set) var used = 0
  /// How many fields there are, pseudo fields included.
  package private(set) var count = 0
  private var index = FieldIndex()

  /// A section with no field and no storage.
  package init() {}

  /// True when there is no field at all.
  package var isEmpty: Bool { count == 0 }

  /// What counts against a header list limit: names, values and 32 bytes a field (RFC 9113 §6.5.2).
  package var listSize: Int { used + (32 - FieldLengths.bytes) * count }

  /// Forgets the fields; the storage stays for the next message unless it outgrew `keeping` bytes.
  package mutating func removeAll(keepingCapacity keeping: Int) {
    if bytes.count > keeping { bytes = [] }
    used = 0
    count = 0
    index = FieldIndex()
  }
}

/// How long the parts of a field are, as it stands before them in the arena.
package struct FieldLengths: Sendable {
  /// The room that this takes.
  package static let bytes = 8
  private static let uniqueMark: UInt32 = 1 << 31

  /// The name's length in bytes.
  package let name: Int
  /// The value's length in bytes.
  package let value: Int
  /// As in `FieldSection.Entry`.
  package let isUnique: Bool

  @inline(__always)
  init(name: Int, value: Int, isUnique: Bool) {
    precondition((name | value) &>> 31 == 0, "a field of more than 2 GiB")
    self.name = name
    self.value = value
    self.isUnique = isUnique
  }

  @inline(__always)
  init(_ bits: UInt64) {
    let low = UInt32(truncatingIfNeeded: bits)
    name = Int(low & ~Self.uniqueMark)
    value = Int(bits &>> 32)
    isUnique = low & Self.uniqueMark != 0
  }

  @inline(__always)
  var bits: UInt64 {
    UInt64(truncatingIfNeeded: value) &<< 32 | UInt64(truncatingIfNeeded: name)
      | (isUnique ? UInt64(Self.uniqueMark) : 0)
  }
}

// MARK: - Reading

extension FieldSection {
  /// The value of `:method`.
  package var method: Range<Int>? { first(":method") }
  /// The value of `:path`.
  package var path: Range<Int>? { first(":path") }
  /// The value of `:authority`.
  package var authority: Range<Int>? { first(":authority") }
  /// The value of `:scheme`.
  package var scheme: Range<Int>? { first(":scheme") }
  /// The value of `:protocol` (RFC 8441 §4).
  package var connectProtocol: Range<Int>? { first(":protocol") }

  /// The number in `:status`; `nil` in a request and when it is not three digits.
  package var status: Int? {
    guard let range = first(":status"), range.count == 3 else { return nil }
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
    switch index.find(FieldIndex.place(name)) {
    case .none: return nil
    case .one(let start):
      guard previous == nil else { return nil }
      let entry = entry(at: start)
      return isCalled(entry, name) ? entry : nil
    case .several: return walk(to: name, after: previous)
    }
  }

  private func walk(to name: Span<UInt8>, after previous: Entry?) -> Entry? {
    var start = previous?.value.upperBound ?? 0
    while start < used {
      let entry = entry(at: start)
      if isCalled(entry, name) { return entry }
      start = entry.value.upperBound
    }
    return nil
  }

  @inline(__always)
  private func isCalled(_ entry: Entry, _ name: Span<UInt8>) -> Bool {
    entry.name.count == name.count && holds(name, from: entry.name.lowerBound)
  }

  /// True when `other` has the same fields in the same order.
  package func isSame(as other: borrowing FieldSection) -> Bool {
    used == other.used && count == other.count
      && holds(other.bytes.span.extracting(0..<used), from: 0)
  }

  /// The place behind the field at `place`, the first being at 0, when that has this name and this
  /// value; nil when it has not, or no field is there.
  package func place(
    behind place: Int, when name: Span<UInt8>, _ value: Span<UInt8>
  ) -> Int? {
    guard place < used else { return nil }
    let lengths = FieldLengths(name: name.count, value: value.count, isUnique: false)
    // SAFETY: a field begins at each place that this gives, and its parts lie inside the arena.
    return unsafe bytes.withUnsafeBytes { arena in
      guard let field = unsafe arena.baseAddress.map({ unsafe $0 + place }),
        unsafe field.loadUnaligned(as: UInt64.self) == lengths.bits
      else { return nil }
      // SAFETY: as above; the lengths are the same.
      let text = unsafe field + FieldLengths.bytes
      let isSame =
        unsafe name.withUnsafeBytes { unsafe isSameText($0, text) }
        && value.withUnsafeBytes { unsafe isSameText($0, text + name.count) }
      return isSame ? place &+ FieldLengths.bytes &+ name.count &+ value.count : nil
    }
  }

  /// True when the bytes in `range` are exactly `text`.
  package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount && holds(utf8(text), from: range.lowerBound)
  }

  /// True when `text` stands in the arena at `start`.
  private func holds(_ text: Span<UInt8>, from start: Int) -> Bool {
    precondition(start >= 0 && start &+ text.count <= bytes.count, "outside of the arena")
    // SAFETY: the check above.
    return unsafe bytes.withUnsafeBytes { arena in
      guard let base = arena.baseAddress else { return text.isEmpty }
      return unsafe text.withUnsafeBytes { unsafe isSameText($0, base + start) }
    }
  }

  /// The bytes in `range` as text; what is not UTF-8 becomes U+FFFD.
  package func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The lengths of the field that begins at `start`: the first at 0, each other behind the one
  /// before.
  package func lengths(at start: Int) -> FieldLengths {
    precondition(start >= 0 && start &+ FieldLengths.bytes <= used, "no field begins here")
    // SAFETY: the check above, and any eight bytes are a number.
    let bits = unsafe bytes.span.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: start, as: UInt64.self)
    return FieldLengths(bits)
  }

  private func entry(at start: Int) -> Entry {
    let lengths = lengths(at: start)
    let nameStart = start &+ FieldLengths.bytes
    let valueStart = nameStart &+ lengths.name
    return Entry(
      name: nameStart..<valueStart, value: valueStart..<(valueStart &+ lengths.value),
      isUnique: lengths.isUnique)
  }
}

// MARK: - Appending

extension FieldSection {
  /// Adds all fields of `other`, in their order.
  package mutating func append(contentsOf other: FieldSection) {
    let isFirst = isEmpty
    let start = used
    used += other.used
    if used > bytes.count { grow(to: max(used, Self.roomAtFirst), keeping: start) }
    // SAFETY: there is room for the other section's fields, which fill as many bytes.
    unsafe bytes.withUnsafeMutableBytes { arena in
      guard let base = arena.baseAddress else { return }
      unsafe other.bytes.withUnsafeBytes { fields in
        unsafe copy(UnsafeRawBufferPointer(rebasing: fields[..<other.used]), to: base + start)
      }
    }
    count += other.count
    if isFirst { index = other.index }
    var place = isFirst ? used : start
    while place < used {
      let entry = entry(at: place)
      index.note(FieldIndex.place(bytes.span.extracting(entry.name)), at: place)
      place = entry.value.upperBound
    }
  }

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
    // The digits of 64 bits and a sign are twenty at most; they come last first.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = digits.count
    var rest = number.magnitude
    repeat {
      start &-= 1
      digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
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

  @inline(__always)
  private mutating func append(
    _ name: Span<UInt8>, _ value: Span<UInt8>, isUnique: Bool = false
  ) {
    let start = used
    let lengths = FieldLengths(name: name.count, value: value.count, isUnique: isUnique)
    let nameStart = start &+ FieldLengths.bytes
    let valueStart = nameStart &+ name.count
    let end = valueStart &+ value.count
    if end > bytes.count { grow(to: max(end, bytes.count * 2, Self.roomAtFirst), keeping: start) }
    // SAFETY: there is room up to `end`, and the three parts fill it one after the other.
    unsafe bytes.withUnsafeMutableBytes { arena in
      guard let base = arena.baseAddress else { return }
      unsafe base.storeBytes(of: lengths.bits, toByteOffset: start, as: UInt64.self)
      // SAFETY: as above; nobody else's span overlaps the arena.
      unsafe name.withUnsafeBytes { unsafe copy($0, to: base + nameStart) }
      unsafe value.withUnsafeBytes { unsafe copy($0, to: base + valueStart) }
    }
    used = end
    count &+= 1
    index.note(FieldIndex.place(name), at: start)
  }

  @inline(never)
  private mutating func grow(to room: Int, keeping kept: Int) {
    var larger: [UInt8] = []
    larger.reserveCapacity(room)
    larger.append(contentsOf: bytes[..<kept])
    larger.append(contentsOf: repeatElement(0, count: room - kept))
    bytes = larger
  }

  /// Bytes of the first arena: most requests of clients fit in.
  private static let roomAtFirst = 256
}

/// Whether the bytes at `other`, as many as `text` has, are the same.
@inline(__always)
private func isSameText(_ text: UnsafeRawBufferPointer, _ other: UnsafeRawPointer) -> Bool {
  guard let start = text.baseAddress else { return true }
  var left = text.count
  // SAFETY: both have `text.count` bytes, and any bytes are a number.
  func same<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Bool {
    unsafe start.loadUnaligned(fromByteOffset: offset, as: Number.self)
      == other.loadUnaligned(fromByteOffset: offset, as: Number.self)
  }
  if left < 8 {
    // Two numbers that may overlap are cheaper than a byte at a time.
    if left >= 4 { return same(0, UInt32.self) && same(left &- 4, UInt32.self) }
    while left > 0 {
      left &-= 1
      if !same(left, UInt8.self) { return false }
    }
    return true
  }
  let last = left &- 8
  var offset = 0
  while offset < last {
    if !same(offset, UInt64.self) { return false }
    offset &+= 8
  }
  return same(last, UInt64.self)
}

@inline(__always)
private func copy(_ source: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
  guard let first = source.baseAddress else { return }
  // SAFETY: the caller has made room for the source at `place`.
  unsafe place.copyMemory(from: first, byteCount: source.count)
}

/// The bytes of a text that is part of the program.
@_lifetime(immortal)
private func utf8(_ text: StaticString) -> Span<UInt8> {
  // SAFETY: a static string's bytes live as long as the program.
  let span = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
  return unsafe _overrideLifetime(span, copying: ())
}
