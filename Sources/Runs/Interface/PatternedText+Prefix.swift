internal import Wire

extension PatternedText {
  /// Whether the text is `prefix` and then as many letters and digits as `lengths` says;
  /// `underscore` allows that sign too.
  static func follows(
    _ text: String, prefix: String, lengths: ClosedRange<Int>, underscore: Bool
  ) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    var length = 0
    for byte in text.utf8.dropFirst(prefix.utf8.count) {
      // Letters, as the setting of the sixth bit makes them lower case, and digits.
      guard (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || underscore && byte == 0x5f else {
        return false
      }
      length += 1
    }
    return lengths.contains(length)
  }
}
