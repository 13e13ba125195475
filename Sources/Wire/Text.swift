/// A text of `low` to `high` Unicode scalars: checked when it is made, never wrong afterwards.
package struct Text<let low: Int, let high: Int>: Hashable, Sendable {
  package let text: String

  /// The text if its length is allowed.
  package init?(checking text: String) {
    guard TextLength.compare(text, low, high) == .allowed else { return nil }
    self.text = text
  }
}

extension Text: Coded {
  package static var schema: Schema { .text(TextSchema(minimum: low, maximum: high)) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.text(text) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    text = try source.text()
    let length = TextLength.compare(text, low, high)
    guard length == .allowed else { throw length.refusal(low, high, at: start) }
  }
}

extension Text: CustomStringConvertible {
  package var description: String { text }
}

/// How a text's length stands to its limits.
package enum TextLength: Sendable {
  case tooShort
  case allowed
  case tooLong

  /// Judges the number of Unicode scalars in `text`, counting them only where the bytes do not
  /// decide.
  package static func compare(_ text: String, _ low: Int, _ high: Int) -> TextLength {
    let bytes = text.utf8.count
    // A scalar takes one to four bytes.
    if bytes <= high, (bytes + 3) / 4 >= low { return .allowed }
    if bytes < low { return .tooShort }
    if (bytes + 3) / 4 > high { return .tooLong }
    let scalars = text.unicodeScalars.count
    if scalars < low { return .tooShort }
    return scalars > high ? .tooLong : .allowed
  }

  /// The refusal of a text at `offset` that has fewer than `low` or more than `high` characters.
  package func refusal(_ low: Int, _ high: Int, at offset: Int?) -> DecodeError {
    DecodeError(
      self == .tooShort ? .tooShort : .tooLong, at: offset, "expected \(low) to \(high) characters")
  }
}
