/// Texts cut to a length without breaking a character.
package enum Excerpt {
  /// The text itself, or its first characters up to `scalarsMax` scalars and an ellipsis.
  package static func clipped(_ text: some StringProtocol, scalarsMax: Int) -> String {
    let scalars = text.unicodeScalars
    guard
      let end = scalars.index(
        scalars.startIndex, offsetBy: scalarsMax, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return String(text) }
    return String(text[..<end]) + "…"
  }
}
