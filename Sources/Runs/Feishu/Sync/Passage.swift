/// A part of a text that stands for itself: a paragraph, a line of a list, a row of a table.
struct Passage: Hashable, Sendable {
  /// What it is, as far as it matters for cutting and joining.
  enum Kind: Hashable, Sendable {
    case heading
    case paragraph
    /// A line of a list, and a row of a table: they stand close to their like.
    case item
    case row
    /// A picture or a file.
    case media
  }

  let kind: Kind
  let text: String

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

extension Sequence<Passage> {
  /// The text that the passages make.
  var joined: String {
    var text = ""
    var last: Passage.Kind?
    for passage in self {
      if let last {
        text += last == passage.kind && (last == .item || last == .row) ? "\n" : "\n\n"
      }
      text += passage.text
      last = passage.kind
    }
    return text
  }
}
