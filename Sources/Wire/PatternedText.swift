/// A text type with a form of its own, such as an identifier: checked when it is made.
package protocol PatternedText: Coded, Hashable {
  /// The limits and the ECMA-262 pattern; what `init(checking:)` takes and nothing else.
  static var form: TextSchema { get }

  /// The value that `text` stands for, or nil when it has another form.
  init?(checking text: String)

  /// The text as it stands on the wire.
  var text: String { get }
}

extension PatternedText {
  package static var schema: Schema { .text(form) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.text(text) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    guard let value = Self(checking: try source.text()) else { throw Self.refusal(at: start) }
    self = value
  }

  /// What is wrong when a text has another form.
  package static func refusal(at offset: Int?) -> DecodeError {
    let pattern =
      form.pattern.map { "\(Expected.text) of the form \($0)" }
      ?? "\(Expected.text) of another form"
    return DecodeError(.patternMismatch, at: offset, "expected \(pattern)")
  }
}
