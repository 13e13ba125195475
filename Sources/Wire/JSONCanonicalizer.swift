/// Writes compact JSON text in the one form that hashes are taken over (RFC 8785), without a tree
/// between.
///
/// The text is known to be valid, with no escape that RFC 8785 has not: nearly all of it is copied.
/// The order of a map is known at its end only: its members are written where they stand, then
/// sorted where they must be. An integer keeps all its digits instead of being rounded.
struct JSONCanonicalizer: ~Copyable {
  private var position = 0
  /// The members so far of the maps that are under way, those of the innermost last.
  private var members: [Member] = []

  /// Writes the value that is the whole of `text`.
  mutating func write(_ text: Span<UInt8>, into buffer: inout ByteBuffer) {
    value(of: text, from: 0, into: &buffer)
    precondition(position == text.count, "more than one value in a stored text")
  }

  /// Writes what stands from `start` up to the position, and the value at the position.
  private mutating func value(
    of text: Span<UInt8>, from start: Int, into buffer: inout ByteBuffer
  ) {
    switch text[position] {
    case UInt8(ascii: "{"):
      position += 1
      buffer.append(text.extracting(start..<position))
      map(of: text, into: &buffer)
    case UInt8(ascii: "["):
      position += 1
      buffer.append(text.extracting(start..<position))
      array(of: text, into: &buffer)
    case UInt8(ascii: "\""):
      _ = skipString(of: text)
      buffer.append(text.extracting(start..<position))
    default:
      let first = position
      let isDouble = skipWord(of: text)
      guard isDouble else { return buffer.append(text.extracting(start..<position)) }
      buffer.append(text.extracting(start..<first))
      buffer.append(ECMANumber.text(Self.double(text.extracting(first..<position))))
    }
  }

  private mutating func array(of text: Span<UInt8>, into buffer: inout ByteBuffer) {
    while text[position] != UInt8(ascii: "]") {
      let start = position
      if text[position] == UInt8(ascii: ",") { position += 1 }
      value(of: text, from: start, into: &buffer)
    }
    position += 1
    buffer.append(UInt8(ascii: "]"))
  }

  private mutating func map(of text: Span<UInt8>, into buffer: inout ByteBuffer) {
    let outer = members.count
    let start = buffer.count
    var isSorted = true
    while text[position] != UInt8(ascii: "}") {
      if text[position] == UInt8(ascii: ",") { position += 1 }
      let first = position
      let hasEscapes = skipString(of: text)
      var member = Member(
        key: first + 1..<position - 1, hasEscapes, in: text, from: buffer.count)
      // Over the colon.
      position += 1
      value(of: text, from: first, into: &buffer)
      // The last of them makes room for the end.
      buffer.append(UInt8(ascii: ","))
      member.end = buffer.count
      if isSorted, members.count > outer {
        isSorted = Self.precedes(members[members.count - 1], member, in: text)
      }
      members.append(member)
    }
    position += 1
    if !isSorted { sort(from: outer, of: text, in: &buffer, from: start) }
    members.removeLast(members.count - outer)
    if buffer.count > start { buffer.removeLast() }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Sorts the members of the innermost map, and what was written of them from `start` on.
  private mutating func sort(
    from outer: Int, of text: Span<UInt8>, in buffer: inout ByteBuffer, from start: Int
  ) {
    if members.count - outer <= 32 {
      for index in outer + 1..<members.count {
        let member = members[index]
        var place = index
        while place > outer, Self.precedes(member, members[place - 1], in: text) {
          members[place] = members[place - 1]
          place -= 1
        }
        members[place] = member
      }
    } else {
      members[outer...].sort { Self.precedes($0, $1, in: text) }
    }
    let contents = buffer.removeAll(from: start)
    for index in outer..<members.count {
      let (from, end) = (members[index].start - start, members[index].end - start)
      buffer.append(contents.span.extracting(from..<end))
    }
  }

  /// Moves behind the string at the position; whether it has escapes.
  private mutating func skipString(of text: Span<UInt8>) -> Bool {
    var index = position + 1
    var hasEscapes = false
    while true {
      index = JSONBytes.firstSpecial(in: text, from: index)
      guard text[index] != UInt8(ascii: "\"") else { break }
      hasEscapes = true
      index += 2
    }
    position = index + 1
    return hasEscapes
  }

  /// Moves behind the number or word at the position; whether it is a number with a fraction or an
  /// exponent.
  private mutating func skipWord(of text: Span<UInt8>) -> Bool {
    let isNumber = text[position] < UInt8(ascii: "A")
    var isDouble = false
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return isNumber && isDouble
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isDouble = true
      default: break
      }
      position += 1
    }
    return isNumber && isDouble
  }

  private static func double(_ digits: Span<UInt8>) -> Double {
    guard let text = String(utf8: digits), let value = Double(text) else {
      preconditionFailure("a stored number does not read")
    }
    return value
  }

  /// A member that was written.
  private struct Member {
    /// Where its key stands in the text, without quotes.
    let key: Range<Int>
    let hasEscapes: Bool
    /// The first eight bytes of the key, the first of them on top: what most keys differ in.
    let beginning: UInt64
    /// Where it was written.
    let start: Int
    /// Behind its comma.
    var end = 0

    init(key: Range<Int>, _ hasEscapes: Bool, in text: Span<UInt8>, from start: Int) {
      (self.key, self.hasEscapes, self.start) = (key, hasEscapes, start)
      var beginning: UInt64 = 0
      for place in key.prefix(8) { beginning = beginning << 8 | UInt64(text[place]) }
      self.beginning = beginning << UInt64(8 * max(0, 8 - key.count))
    }
  }

  /// Whether `left` comes first in the order of UTF-16 code units (RFC 8785 §3.2.3).
  ///
  /// That is the order of the bytes of UTF-8 but for letters above U+FFFF: in UTF-16 they come
  /// before U+E000.
  private static func precedes(
    _ left: Member, _ right: Member, in text: Span<UInt8>
  ) -> Bool {
    guard !left.hasEscapes, !right.hasEscapes else {
      return name(left, in: text).utf16.lexicographicallyPrecedes(name(right, in: text).utf16)
    }
    let difference = left.beginning ^ right.beginning
    guard difference == 0 else {
      let shift = 56 - difference.leadingZeroBitCount & ~7
      return precedes(
        UInt8(truncatingIfNeeded: left.beginning >> shift),
        UInt8(truncatingIfNeeded: right.beginning >> shift))
    }
    let (first, second) = (left.key.lowerBound, right.key.lowerBound)
    for index in 0..<min(left.key.count, right.key.count)
    where text[first + index] != text[second + index] {
      return precedes(text[first + index], text[second + index])
    }
    return left.key.count < right.key.count
  }

  /// Which of two bytes comes first that are the first to differ.
  private static func precedes(_ byte: UInt8, _ other: UInt8) -> Bool {
    let isTurned = min(byte, other) >= 0xEE && (byte >= 0xF0) != (other >= 0xF0)
    return isTurned ? byte > other : byte < other
  }

  /// The key of a member without escapes.
  private static func name(_ member: Member, in text: Span<UInt8>) -> String {
    var quoted = ByteBuffer(capacity: member.key.count + 2)
    quoted.append(text.extracting(member.key.lowerBound - 1..<member.key.upperBound + 1))
    do throws(DecodeError) { return try String(json: quoted.finish()) } catch {
      preconditionFailure("a stored key does not read: \(error.kind)")
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
