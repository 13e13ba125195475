/// Bytes known at build time, and their ends as two overlapping words, so that most comparisons
/// touch no memory of theirs.
struct FixedBytes: Sendable {
  let count: Int
  private let head: UInt64
  private let tail: UInt64
  private let bytes: StaticString

  init(_ bytes: StaticString) {
    self.bytes = bytes
    count = bytes.utf8CodeUnitCount
    // SAFETY: a static string with a pointer representation lives as long as the process.
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes.utf8Start, count: count)
    (head, tail) = unsafe FixedBytes.words(of: buffer)
  }

  /// Whether these are the bytes of `input` from `start` on, which is within it or at its end.
  @inline(__always)
  func stand(in input: [UInt8], at start: Int) -> Bool {
    guard input.count - start >= count else { return false }
    // SAFETY: the range was just compared; the pointer is used only inside the closure.
    return unsafe input.withUnsafeBytes {
      unsafe equals(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
    }
  }

  /// Whether `other` has the same bytes.
  @inline(__always)
  func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard other.count == count else { return false }
    // SAFETY: the caller lends the bytes for the call.
    let (head, tail) = unsafe FixedBytes.words(of: other)
    // SAFETY: as above.
    return unsafe head == self.head && tail == self.tail && (count <= 16 || isMiddleEqual(other))
  }

  private func isMiddleEqual(_ other: UnsafeRawBufferPointer) -> Bool {
    // SAFETY: the caller compared the lengths; both runs of bytes outlive the call.
    unsafe other.elementsEqual(UnsafeRawBufferPointer(start: bytes.utf8Start, count: count))
  }

  @inline(__always)
  private static func words(of bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    guard bytes.count >= 8 else {
      var word: UInt64 = 0
      // SAFETY: the indices are those of the buffer.
      for index in bytes.indices {
        word |= unsafe UInt64(bytes[index]) << UInt64(8 * index)
      }
      return (word, 0)
    }
    // SAFETY: the buffer holds eight bytes or more.
    return unsafe (
      bytes.loadUnaligned(as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
    )
  }
}
