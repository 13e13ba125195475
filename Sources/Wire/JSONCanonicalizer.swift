/// Writes compact JSON text in the one form that hashes are taken over (RFC 8785), without a tree
/// between.
///
/// The order of a map is known at its end only: its members are written where they stand, then
/// sorted where they must be. An integer keeps all its digits instead of being rounded.
struct JSONCanonicalizer {
  private var source: JSONSource
  /// The members so far of the maps that are under way, those of the innermost last.
  private var members: [Member] = []

  init(_ text: [UInt8], _ limits: DecodeLimits) {
    source = JSONSource(text, limits: limits)
  }

  mutating func value(into buffer: inout ByteBuffer) throws(DecodeError) {
    switch try source.peek() {
    case UInt8(ascii: "{"): try map(into: &buffer)
    case UInt8(ascii: "["): try array(into: &buffer)
    case UInt8(ascii: "\""): copy(quoted: try source.string(), into: &buffer)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let token = try source.number()
      guard !token.isInteger else { return buffer.append(source.input[token.range]) }
      buffer.append(ECMANumber.text(try source.double(of: token)))
    default:
      let start = source.position
      try source.skip()
      buffer.append(source.input[start..<source.position])
    }
  }

  /// Copies a string with its quotes: compact text has no escape that RFC 8785 has not.
  private func copy(quoted token: JSONString, into buffer: inout ByteBuffer) {
    buffer.append(source.input[token.range.lowerBound - 1...token.range.upperBound])
  }

  private mutating func array(into buffer: inout ByteBuffer) throws(DecodeError) {
    buffer.append(UInt8(ascii: "["))
    let start = buffer.count
    try source.beginArray()
    while try source.nextElement() {
      if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
      try value(into: &buffer)
    }
    buffer.append(UInt8(ascii: "]"))
  }

  private mutating func map(into buffer: inout ByteBuffer) throws(DecodeError) {
    let outer = members.count
    buffer.append(UInt8(ascii: "{"))
    let start = buffer.count
    try source.beginMap()
    while let key = try source.nextPlainKey() {
      let place = buffer.count
      copy(quoted: key, into: &buffer)
      buffer.append(UInt8(ascii: ":"))
      try value(into: &buffer)
      buffer.append(UInt8(ascii: ","))
      members.append(Member(key, in: source.input, from: place, to: buffer.count))
    }
    try sort(members[outer...], in: &buffer, from: start)
    members.removeSubrange(outer...)
    // The last comma makes room for the end.
    if buffer.count > start { buffer.removeLast() }
    buffer.append(UInt8(ascii: "}"))
  }

  private func sort(
    _ members: ArraySlice<Member>, in buffer: inout ByteBuffer, from start: Int
  ) throws(DecodeError) {
    guard let sorted = try sorted(members) else { return }
    let contents = buffer.removeAll(from: start)
    for member in sorted { buffer.append(contents[member.start - start..<member.end - start]) }
  }

  /// The members in the order of their keys' UTF-16 code units (RFC 8785 §3.2.3); nil when they are
  /// in it.
  private func sorted(_ members: ArraySlice<Member>) throws(DecodeError) -> [Member]? {
    guard members.contains(where: \.key.hasEscapes) else {
      let isSorted = zip(members, members.dropFirst()).allSatisfy { precedes($0, $1) }
      return isSorted ? nil : members.sorted(by: precedes)
    }
    let named = try members.map { (member) throws(DecodeError) in
      (text: try source.text(of: member.key), member: member)
    }
    return named.sorted { $0.text.utf16.lexicographicallyPrecedes($1.text.utf16) }.map(\.member)
  }

  /// Whether `left` comes first, of two keys without escapes.
  ///
  /// The order of UTF-16 is that of the bytes of UTF-8 but for letters above U+FFFF: in UTF-16 they
  /// come before U+E000.
  private func precedes(_ left: Member, _ right: Member) -> Bool {
    let difference = left.beginning ^ right.beginning
    guard difference == 0 else {
      let shift = 56 - difference.leadingZeroBitCount & ~7
      return Self.precedes(
        UInt8(truncatingIfNeeded: left.beginning >> shift),
        UInt8(truncatingIfNeeded: right.beginning >> shift))
    }
    let (bytes, others) = (source.input[left.key.range], source.input[right.key.range])
    for (byte, other) in zip(bytes, others) where byte != other {
      return Self.precedes(byte, other)
    }
    return bytes.count < others.count
  }

  /// Which of two bytes comes first that are the first to differ.
  private static func precedes(_ byte: UInt8, _ other: UInt8) -> Bool {
    let isTurned = min(byte, other) >= 0xEE && (byte >= 0xF0) != (other >= 0xF0)
    return isTurned ? byte > other : byte < other
  }

  /// A member that was written.
  private struct Member {
    let key: JSONString
    /// The first eight bytes of the key, the first of them on top: what most keys differ in.
    let beginning: UInt64
    let start: Int
    /// Behind its comma.
    let end: Int

    init(_ key: JSONString, in input: [UInt8], from start: Int, to end: Int) {
      (self.key, self.start, self.end) = (key, start, end)
      var beginning: UInt64 = 0
      for index in 0..<8 {
        let place = key.range.lowerBound + index
        beginning = beginning << 8 | UInt64(place < key.range.upperBound ? input[place] : 0)
      }
      self.beginning = beginning
    }
  }
}

extension WireValue {
  /// The one JSON text of a value that hashes are taken over (RFC 8785).
  ///
  /// For values that JSON can hold exactly this is RFC 8785 to the letter. Beyond it: an integer
  /// above 2^53 keeps all its digits instead of being rounded, and what JSON lacks is written as
  /// `json()` does.
  package func canonicalJSON() -> [UInt8] {
    var sink = JSONSink()
    sink.canonical(StoredJSON(encoding: self))
    return sink.finish()
  }
}
