/// A line and a column, both from one; the column counts bytes, as the compiler's does.
struct Position: Hashable, Sendable {
  let line: Int
  let column: Int
}

/// One Swift source file, and the way from its offsets to lines.
struct SourceFile: Sendable {
  let path: String
  let bytes: [UInt8]
  private let lineStarts: [Int]

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() {
      let endsLine =
        byte == .newline
        || byte == .carriageReturn && (offset + 1 == bytes.count || bytes[offset + 1] != .newline)
      if endsLine { starts.append(offset + 1) }
    }
    lineStarts = starts
  }

  /// The position of the byte at `offset`, which may be the end of the file.
  func position(at offset: Int) -> Position {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return Position(line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// Whether the bytes of `word` stand anywhere in the file, be it in a comment.
  func mentions(_ word: StaticString) -> Bool {
    let sought = Array("\(word)".utf8)
    guard let first = sought.first, bytes.count >= sought.count else { return false }
    for start in 0...(bytes.count - sought.count) where bytes[start] == first {
      if bytes[start..<(start + sought.count)].elementsEqual(sought) { return true }
    }
    return false
  }

  /// The text of a range, or nil when it is not UTF-8.
  func text(_ range: Range<Int>) -> String? {
    String(validating: bytes[range], as: UTF8.self)
  }
}
