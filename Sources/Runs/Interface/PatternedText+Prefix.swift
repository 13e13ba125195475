internal import Wire

extension PatternedText {
  /// Whether the text is `prefix` and then as many letters and digits as `lengths` says;
  /// `underscore` allows that sign too.
  static func follows(
    _ text: String, prefix: String, lengths: ClosedRange<Int>, underscore: Bool
  ) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    let rest = text.utf8.dropFirst(prefix.utf8.count)
    return lengths.contains(rest.count)
      && rest.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x5f: underscore
        default: false
        }
      }
  }
}
