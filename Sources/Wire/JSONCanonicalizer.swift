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
  /// The most members that are put in order one by one: nearly every map has fewer.
  private static let insertedMax = 32

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
    var (isSorted, hasEscapes) = (true, false)
    while text[position] != UInt8(ascii: "}") {
      if text[position] == UInt8(ascii: ",") { position += 1 }
      let first = position
      if skipString(of: text) { hasEscapes = true }
      let key = first + 1..<position - 1
      let beginning = JSONBytes.beginning(of: key, in: text)
      // Over the colon.
      position += 1
      let place = buffer.count
      value(of: text, from: first, into: &buffer)
      // The last of them makes room for the end.
      buffer.append(UInt8(ascii: ","))
      members.append(Member(key: key, beginning: beginning, place: place..<buffer.count))
      if isSorted, members.count - outer > 1 {
        isSorted = precedes(members.count - 2, members.count - 1, in: text)
      }
    }
    position += 1
    if hasEscapes || !isSorted {
      let order = hasEscapes ? namedOrder(from: outer, in: text) : order(from: outer, in: text)
      let contents = buffer.removeAll(from: start)
      for index in order {
        let place = members[index].place
        buffer.append(
          contents.span.extracting(place.lowerBound - start..<place.upperBound - start))
      }
    }
    members.removeLast(members.count - outer)
    if buffer.count > start { buffer.removeLast() }
    buffer.append(UInt8(ascii: "}"))
  }

  /// The members of the innermost map, in the order of their keys.
  private func order(from outer: Int, in text: Span<UInt8>) -> [Int] {
    var order = Array(outer..<members.count)
    guard order.count <= Self.insertedMax else {
      return order.sorted { precedes($0, $1, in: text) }
    }
    for index in 1..<order.count {
      let member = order[index]
      var place = index
      while place > 0, precedes(member, order[place - 1], in: text) {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = member
    }
    return order
  }

  /// The same where keys have escapes.
  private func namedOrder(from outer: Int, in text: Span<UInt8>) -> [Int] {
    let named = (outer..<members.count).map { (Self.name(members[$0], in: text), $0) }
    return named.sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }.map(\.1)
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
    /// The first eight bytes of the key: what most keys differ in.
    let beginning: UInt64
    /// Where it was written, with its comma.
    let place: Range<Int>
  }

  /// Whether of two members the first comes first in the order of UTF-16 code units (RFC 8785
  /// §3.2.3); neither key has escapes.
  ///
  /// That is the order of the bytes of UTF-8 but for letters above U+FFFF: in UTF-16 they come
  /// before U+E000.
  @inline(__always)
  private func precedes(_ left: Int, _ right: Int, in text: Span<UInt8>) -> Bool {
    let (beginning, other) = (members[left].beginning, members[right].beginning)
    let difference = beginning ^ other
    guard difference != 0 else {
      return Self.precedes(members[left].key, members[right].key, in: text)
    }
    let shift = 56 - difference.leadingZeroBitCount & ~7
    return Self.precedes(
      UInt8(truncatingIfNeeded: beginning >> shift), UInt8(truncatingIfNeeded: other >> shift))
  }

  private static func precedes(
    _ left: Range<Int>, _ right: Range<Int>, in text: Span<UInt8>
  ) -> Bool {
    for (place, other) in zip(left, right) where text[place] != text[other] {
      return precedes(text[place], text[other])
    }
    return left.count < right.count
  }

  /// Which of two bytes comes first that are the first to differ.
  private static func precedes(_ byte: UInt8, _ other: UInt8) -> Bool {
    let isTurned = min(byte, other) >= 0xEE && (byte >= 0xF0) != (other >= 0xF0)
    return isTurned ? byte > other : byte < other
  }

  /// The text of a member's key.
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
