/// The classes of bytes inside a JSON string, eight at a time.
enum JSONBytes {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The index of the first quote, backslash or control character from `start` on, or the count.
  @inline(__always)
  static func firstSpecial(in text: Span<UInt8>, from start: Int) -> Int {
    // SAFETY: as many bytes are read as are left, one byte only below the count.
    unsafe text.withUnsafeBytes { bytes in
      var index = start
      // Most strings end within sixteen bytes.
      while index &+ 8 <= bytes.count {
        // SAFETY: as above.
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let special = firstSpecial(word)
        index &+= special
        guard special == 8 else { return index }
        guard index &- start >= 16 else { continue }
        while index &+ 32 <= bytes.count {
          // SAFETY: as above.
          let words = unsafe bytes.loadUnaligned(
            fromByteOffset: index, as: (UInt64, UInt64, UInt64, UInt64).self)
          guard !hasSpecial(words) else { break }
          index &+= 32
        }
      }
      while index < bytes.count {
        // SAFETY: as above.
        guard unsafe !isSpecial(bytes[index]) else { return index }
        index &+= 1
      }
      return bytes.count
    }
  }

  /// The place in memory order of the first quote, backslash or control character among eight
  /// bytes, or 8.
  @inline(__always)
  static func firstSpecial(_ word: UInt64) -> Int {
    (marks(word) & tops).littleEndian.trailingZeroBitCount >> 3
  }

  /// Up to eight bytes from the begin of `range` on, the first of them on top, and zeros.
  @inline(__always)
  static func beginning(of range: Range<Int>, in text: Span<UInt8>) -> UInt64 {
    guard range.lowerBound &+ 8 <= text.count, !range.isEmpty else {
      return range.reduce(0) { $0 << 8 | UInt64(text[$1]) }
        << UInt64(8 &* (8 &- min(8, range.count)))
    }
    // SAFETY: eight bytes are left from there on, as was just checked.
    let word = unsafe text.bytes.unsafeLoadUnaligned(
      fromByteOffset: range.lowerBound, as: UInt64.self
    ).bigEndian
    return range.count < 8 ? word & ~(UInt64.max >> UInt64(8 &* range.count)) : word
  }

  /// Whether there is a quote, a backslash or a control character among 32 bytes.
  @inline(__always)
  static func hasSpecial(_ words: (UInt64, UInt64, UInt64, UInt64)) -> Bool {
    (marks(words.0) | marks(words.1) | marks(words.2) | marks(words.3)) & tops != 0
  }

  /// Has the highest bit of the first special byte set, and of none before it.
  @inline(__always)
  private static func marks(_ word: UInt64) -> UInt64 {
    // A borrow marks bytes behind a special one only, so the first mark is right.
    let quote = word ^ (ones &* 0x22)
    let slash = word ^ (ones &* 0x5c)
    let controls = (word &- ones &* 0x20) & ~word
    let quotes = (quote &- ones) & ~quote
    let slashes = (slash &- ones) & ~slash
    return controls | quotes | slashes
  }

  /// Whether `byte` is a quote, a backslash or a control character.
  @inline(__always)
  static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x22 || byte == 0x5c
  }
}
