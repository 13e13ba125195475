extension ByteBuffer {
  /// Writes a JSON string: quotes, and escapes only where RFC 8259 §7 asks for them.
  mutating func appendQuoted(_ text: String) {
    // SAFETY: the pointer is used only inside the closure.
    unsafe text.utf8.span.withUnsafeBufferPointer { unsafe appendQuoted($0) }
  }

  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    var taken = 0
    while true {
      // SAFETY: the caller lends the text for the call, and `taken` is its count at most.
      taken += unsafe appendClean(UnsafeBufferPointer(rebasing: text[taken...]))
      guard taken < text.count else { break }
      // SAFETY: `taken` is below the count.
      unsafe appendEscaped(text[taken])
      taken += 1
    }
    append(UInt8(ascii: "\""))
  }

  /// Copies bytes up to the first that must be escaped, and says how many.
  private mutating func appendClean(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var taken = 0
    // SAFETY: the closure writes below `text.count`, which is the room it asks for.
    unsafe write(atMost: text.count) { room in
      // SAFETY: every offset is below `text.count`, and `room` is at least as long.
      let source = UnsafeRawBufferPointer(text)
      let target = UnsafeMutableRawBufferPointer(room)
      while taken &+ 32 <= text.count {
        // SAFETY: 32 bytes are left in both.
        let words = unsafe source.loadUnaligned(
          fromByteOffset: taken, as: (UInt64, UInt64, UInt64, UInt64).self)
        guard !JSONBytes.hasSpecial(words) else { break }
        // SAFETY: as above.
        unsafe target.storeBytes(
          of: words, toByteOffset: taken, as: (UInt64, UInt64, UInt64, UInt64).self)
        taken &+= 32
      }
      while taken &+ 8 <= text.count {
        // SAFETY: eight bytes are left in both.
        let word = unsafe source.loadUnaligned(fromByteOffset: taken, as: UInt64.self)
        unsafe target.storeBytes(of: word, toByteOffset: taken, as: UInt64.self)
        let special = JSONBytes.firstSpecial(word)
        taken &+= special
        guard special == 8 else { return taken }
      }
      if taken < text.count, text.count >= 8 {
        // The last eight bytes once more, those that are clean already among them.
        let last = text.count &- 8
        // SAFETY: eight bytes are within both from there on.
        let word = unsafe source.loadUnaligned(fromByteOffset: last, as: UInt64.self)
        unsafe target.storeBytes(of: word, toByteOffset: last, as: UInt64.self)
        taken = last &+ JSONBytes.firstSpecial(word)
        return taken
      }
      while taken < text.count {
        // SAFETY: as above.
        let byte = unsafe text[taken]
        guard !JSONBytes.isSpecial(byte) else { break }
        unsafe room[taken] = byte
        taken &+= 1
      }
      return taken
    }
    return taken
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0a: append(UInt8(ascii: "n"))
    case 0x0c: append(UInt8(ascii: "f"))
    case 0x0d: append(UInt8(ascii: "r"))
    case 0x22, 0x5c: append(byte)
    default:
      append("u00" as StaticString)
      append(Hex.digit(byte >> 4))
      append(Hex.digit(byte & 15))
    }
  }

  /// Writes decimal digits, of which 64 bits have twenty at most.
  mutating func appendDecimal(_ value: UInt64, isNegative: Bool = false) {
    if isNegative { append(UInt8(ascii: "-")) }
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var rest = value
    var index = digits.count
    repeat {
      index -= 1
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
      digits[index] += UInt8(truncatingIfNeeded: remainder)
      rest = quotient
    } while rest > 0
    append(digits.span.extracting(index...))
  }

  /// Writes the shortest decimal text that reads back as `value`.
  mutating func appendShortest(_ value: Double) {
    var text = value.description
    // SAFETY: the pointer is used only inside the closure.
    text.withUTF8 { unsafe append($0) }
  }
}
