/// The way from a value to a part of it: `messages[2].content`.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  /// One step of a path.
  package enum Part: Hashable, Sendable {
    case field(String)
    case element(Int)
  }

  /// The steps, outermost first.
  package private(set) var parts: [Part]

  package init(_ parts: [Part] = []) {
    self.parts = parts
  }

  /// Puts a step before all others, as a refusal travels outwards.
  package mutating func prepend(_ part: Part) {
    parts.insert(part, at: 0)
  }

  /// The path as clients read it; empty for the whole value.
  package var description: String {
    var text = ""
    for part in parts {
      switch part {
      case .field(let name): text += text.isEmpty ? name : ".\(name)"
      case .element(let index): text += "[\(index)]"
      }
    }
    return text
  }
}
