internal import Wire

extension PatternedText {
  /// Whether the text is `prefix` and then as many letters and digits as `lengths` says;
  /// `underscore` allows that sign too.
  static func follows(
    _ text: String, prefix: String, lengths: ClosedRange<Int>, underscore: Bool
  ) -> Bool {
    var text = text
    text.makeContiguousUTF8()
    let (bytes, first) = (text.utf8Span.span, prefix.utf8.count)
    guard bytes.count >= first, lengths.contains(bytes.count - first) else { return false }
    for (index, byte) in prefix.utf8.enumerated() where bytes[index] != byte { return false }
    for index in first..<bytes.count {
      let byte = bytes[index]
      // Letters, as the setting of the sixth bit makes them lower case, and digits.
      guard (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || underscore && byte == 0x5f else {
        return false
      }
    }
    return true
  }
}
