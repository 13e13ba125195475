/// Bytes in the frame engine's output buffer that were not yet copied out of it.
@safe struct PendingOutput {
  private var left: UnsafeBufferPointer<UInt8>

  /// Nothing.
  init() {
    // SAFETY: an empty buffer points nowhere.
    unsafe left = UnsafeBufferPointer(start: nil, count: 0)
  }

  /// All of `bytes`, which must stay valid until this is replaced or emptied.
  @unsafe init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // SAFETY: the caller vouches for the bytes.
    unsafe left = bytes
  }

  /// True when all was copied.
  // SAFETY: only the count is read.
  var isEmpty: Bool { unsafe left.isEmpty }

  /// Copies at most `limit` bytes to the end of `buffer`, and says how many.
  mutating func move(into buffer: inout [UInt8], atMost limit: Int) -> Int {
    // SAFETY: whoever made this vouches for the bytes, and the count is at most what is left.
    let count = unsafe min(limit, left.count)
    buffer.append(addingCapacity: count) { span in
      // SAFETY: there is room for the count, which is at most what is left.
      unsafe span.withUnsafeMutableBufferPointer { room, used in
        used = unsafe room[used...].initialize(fromContentsOf: left[..<count])
      }
    }
    // SAFETY: as above.
    unsafe left = UnsafeBufferPointer(rebasing: left[count...])
    return count
  }
}
