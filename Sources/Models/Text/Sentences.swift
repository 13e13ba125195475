/// Cuts text into sentences, each a slice of the text without white space around it.
///
/// A sentence ends at a line break, after 。！？!?, and after a full stop that white space and
/// then no small letter follows: `3.14`, `example.org` and `e.g. this` stay whole. Closing quotes
/// and brackets belong to the sentence they close.
struct Sentences: Sequence, IteratorProtocol {
  private let scalars: Substring.UnicodeScalarView
  private var position: String.Index

  /// The sentences of `text`, first to last.
  init(_ text: some StringProtocol) {
    scalars = Substring(text).unicodeScalars
    position = scalars.startIndex
  }

  mutating func next() -> Substring? {
    while position < scalars.endIndex, scalars[position].kind == .space {
      scalars.formIndex(after: &position)
    }
    guard position < scalars.endIndex else { return nil }
    let start = position
    var end = position
    while position < scalars.endIndex {
      let scalar = scalars[position]
      if Self.lineBreaks.contains(scalar) { break }
      scalars.formIndex(after: &position)
      if scalar.kind != .space { end = position }
      if Self.terminators.contains(scalar) || (scalar == "." && fullStopEnds) {
        takeClosers()
        end = position
        break
      }
    }
    return Substring(scalars[start..<end])
  }

  private static let terminators: Set<Unicode.Scalar> = ["。", "！", "？", "｡", "!", "?"]
  private static let closers: Set<Unicode.Scalar> = [
    "”", "’", "」", "』", "）", "】", "》", ")", "]", "\"", "'",
  ]
  private static let lineBreaks: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// Whether the full stop just passed ends its sentence.
  private var fullStopEnds: Bool {
    var after = position
    while after < scalars.endIndex, Self.closers.contains(scalars[after]) {
      scalars.formIndex(after: &after)
    }
    guard after < scalars.endIndex else { return true }
    guard scalars[after].kind == .space else { return false }
    while after < scalars.endIndex, scalars[after].kind == .space {
      scalars.formIndex(after: &after)
    }
    return after == scalars.endIndex || !scalars[after].properties.isLowercase
  }

  private mutating func takeClosers() {
    while position < scalars.endIndex,
      Self.terminators.contains(scalars[position]) || Self.closers.contains(scalars[position])
    {
      scalars.formIndex(after: &position)
    }
  }
}
