/// The header fields of one message, or its trailers: bytes in one arena, in the order they came.
///
/// Names are lower case (RFC 9113 §8.2). Pseudo fields are ordinary entries that are also reached
/// without a search. Lookups give ranges of `bytes`, so that reading a field allocates nothing.
package struct FieldSection: Sendable {
  /// Where one field lies in the arena: its value follows its name without a gap.
  package struct Entry: Sendable, Hashable {
    fileprivate let start: UInt32
    fileprivate let nameCount: UInt32
    fileprivate let valueCount: UInt32
    /// Whether the value will hardly come again, so that no compression table should keep it (RFC
    /// 7541 §6.2.3).
    package let isUnique: Bool

    /// The bytes of the name.
    package var name: Range<Int> { Int(start)..<(Int(start) + Int(nameCount)) }

    /// The bytes of the value.
    package var value: Range<Int> {
      let first = Int(start) + Int(nameCount)
      return first..<(first + Int(valueCount))
    }
  }

  /// Names and values, one after the other; `entries` says where each begins.
  package private(set) var bytes: [UInt8] = []
  /// One entry for each field, in the order they were appended.
  package private(set) var entries: [Entry] = []
  private var pseudoFields = PseudoFields()

  /// A section with no field and no storage.
  package init() {}

  /// How many fields there are, pseudo fields included.
  package var count: Int { entries.count }

  /// True when there is no field at all.
  package var isEmpty: Bool { entries.isEmpty }

  /// What counts against a header list limit: names, values and 32 bytes a field (RFC 9113 §6.5.2).
  package var listSize: Int { bytes.count + 32 * entries.count }

  /// Makes room for so many more fields with so many bytes of names and values in one step.
  package mutating func reserve(fields: Int, bytes count: Int) {
    bytes.reserveCapacity(bytes.count + count)
    entries.reserveCapacity(entries.count + fields)
  }

  /// Forgets the fields; the storage stays for the next message unless it outgrew `keeping` bytes.
  package mutating func removeAll(keepingCapacity keeping: Int) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= keeping)
    let entryBytes = entries.capacity * MemoryLayout<Entry>.stride
    entries.removeAll(keepingCapacity: entryBytes <= keeping)
    pseudoFields = PseudoFields()
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

  /// The value of the first field called `name` (lower case).
  package func first(_ name: StaticString) -> Range<Int>? {
    for index in entries.indices where equals(entries[index].name, name) {
      return entries[index].value
    }
    return nil
  }

  /// The values of all fields called `name` (lower case), in their order.
  package func all(_ name: StaticString) -> [Range<Int>] {
    entries.compactMap { equals($0.name, name) ? $0.value : nil }
  }

  /// True when the bytes in `range` are exactly `text`.
  package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      var offset = 0
      while offset < range.count {
        // SAFETY: `offset` stays below the count, which the guard found to be the text's.
        guard unsafe bytes[range.lowerBound + offset] == wanted[offset] else { return false }
        offset += 1
      }
      return true
    }
  }

  /// The bytes in `range` as text; what is not UTF-8 becomes U+FFFD.
  package func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The first value of the field called `name` (lower case) as text.
  package func string(_ name: StaticString) -> String? {
    first(name).map { string($0) }
  }

  private func value(at slot: UInt16) -> Range<Int>? {
    slot == 0 ? nil : entries[Int(slot) - 1].value
  }
}

// MARK: - Appending

extension FieldSection {
  /// Adds a field whose name and value are known when this is compiled.
  package mutating func append(name: StaticString, value: StaticString) {
    let start = append(name)
    let nameEnd = bytes.count
    _ = append(value)
    seal(start: start, nameEnd: nameEnd)
  }

  /// Adds a field with text as its value; control characters in it become spaces (RFC 9110 §5.5).
  package mutating func append(name: StaticString, text: String) {
    let start = append(name)
    let nameEnd = bytes.count
    bytes.append(contentsOf: text.utf8)
    for index in nameEnd..<bytes.count
    where (bytes[index] < 0x20 && bytes[index] != 0x09) || bytes[index] == 0x7f {
      bytes[index] = UInt8(ascii: " ")
    }
    seal(start: start, nameEnd: nameEnd)
  }

  /// Adds a field with a number as its value, in decimal.
  package mutating func append(name: StaticString, number: Int) {
    let start = append(name)
    let nameEnd = bytes.count
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = number.magnitude
    var place: UInt = 1
    while magnitude / place >= 10 { place *= 10 }
    while place > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / place % 10))
      place /= 10
    }
    seal(start: start, nameEnd: nameEnd)
  }

  /// Adds a field from bytes that are a valid lower-case name and a valid value already.
  package mutating func append(nameBytes: Span<UInt8>, valueBytes: Span<UInt8>) {
    let start = bytes.count
    append(nameBytes)
    let nameEnd = bytes.count
    append(valueBytes)
    seal(start: start, nameEnd: nameEnd)
  }

  /// Adds a field from bytes that are a valid value already, and hardly come a second time.
  package mutating func append(name: StaticString, uniqueBytes: Span<UInt8>) {
    let start = append(name)
    let nameEnd = bytes.count
    append(uniqueBytes)
    seal(start: start, nameEnd: nameEnd, isUnique: true)
  }

  private mutating func append(_ text: StaticString) -> Int {
    let start = bytes.count
    // SAFETY: a static string's bytes live as long as the program, and they are copied here.
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    return start
  }

  private mutating func append(_ span: Span<UInt8>) {
    // SAFETY: the bytes are copied before the span's borrow ends.
    unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func seal(start: Int, nameEnd: Int, isUnique: Bool = false) {
    let entry = Entry(
      start: UInt32(start), nameCount: UInt32(nameEnd - start),
      valueCount: UInt32(bytes.count - nameEnd), isUnique: isUnique)
    entries.append(entry)
    if nameEnd > start, bytes[start] == UInt8(ascii: ":") { note(entry) }
  }

  /// The last of two equal pseudo fields wins; HTTP/2 refuses a message with two of them anyway.
  private mutating func note(_ entry: Entry) {
    guard let slot = UInt16(exactly: entries.count) else { return }
    switch entry.nameCount {
    case 5 where equals(entry.name, ":path"): pseudoFields.path = slot
    case 7 where equals(entry.name, ":method"): pseudoFields.method = slot
    case 7 where equals(entry.name, ":scheme"): pseudoFields.scheme = slot
    case 7 where equals(entry.name, ":status"): pseudoFields.status = slot
    case 9 where equals(entry.name, ":protocol"): pseudoFields.connectProtocol = slot
    case 10 where equals(entry.name, ":authority"): pseudoFields.authority = slot
    case _: break
    }
  }
}

/// Where the pseudo fields stand: the position in `entries` plus one, zero when absent.
private struct PseudoFields: Sendable {
  var method: UInt16 = 0
  var path: UInt16 = 0
  var authority: UInt16 = 0
  var scheme: UInt16 = 0
  var connectProtocol: UInt16 = 0
  var status: UInt16 = 0
}
