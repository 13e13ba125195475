package import Wire

/// A password as somebody typed it: at least 6 characters, at most 128 bytes.
package struct Password: Sendable {
  let text: String

  /// The fewest characters, which the document fixes.
  private static let charactersMin = 6
  /// The most bytes: a longer one costs without being better.
  private static let bytesMax = 128

  /// The password if its length is allowed.
  package init?(checking text: String) {
    guard Self.judge(text) == .allowed else { return nil }
    self.text = text
  }

  private static func judge(_ text: String) -> TextLength {
    if text.utf8.count > bytesMax { return .tooLong }
    return TextLength.compare(text, charactersMin, bytesMax)
  }
}

extension Password: Coded {
  package static var schema: Schema {
    .text(TextSchema(minimum: charactersMin, maximum: bytesMax))
  }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.text(text) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    let text = try source.text()
    let length = Self.judge(text)
    guard length == .allowed else {
      throw length.refusal(Self.charactersMin, Self.bytesMax, at: start)
    }
    self.text = text
  }
}
