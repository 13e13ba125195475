/// A SHA-256 hash: 32 bytes.
package struct Digest: Hashable, Sendable {
  /// The length of every digest, in bytes.
  package static let byteCount = 32

  // Words, not an array: a digest is copied, compared and kept in rows without touching the heap.
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// The digest that stands in exactly 32 bytes; nil for any other length.
  package init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    words = (Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24))
  }

  /// The digest that stands in exactly 32 bytes; nil for any other length.
  package init?(_ bytes: [UInt8]) {
    self.init(bytes.span)
  }

  /// The digest written as 64 hexadecimal digits; nil for any other text.
  package init?(hexadecimal text: String) {
    guard let bytes = try? Hexadecimal.decode(text) else { return nil }
    self.init(bytes.span)
  }

  init(finishing computation: inout SHA256Context) {
    // SAFETY: the four words are 32 contiguous bytes; the pointer does not leave the call.
    unsafe withUnsafeMutableBytes(of: &words) { unsafe computation.finish(into: $0) }
    words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }

  /// The 32 bytes, first byte first.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// The digest as 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    Hexadecimal.encode(bytes)
  }

  /// Appends the 32 bytes.
  package func append(to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + Self.byteCount)
    for word in [words.0, words.1, words.2, words.3] {
      for position in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (56 - position * 8))) }
    }
  }

  package static func == (first: Digest, second: Digest) -> Bool {
    first.words == second.words
  }

  package func hash(into hasher: inout Hasher) {
    // Every bit of a hash is as good as any other: one word is enough to spread.
    hasher.combine(words.0)
  }

  private static func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
    (start..<start + 8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }
}

extension Digest: CustomStringConvertible {
  package var description: String { hexadecimal }
}
