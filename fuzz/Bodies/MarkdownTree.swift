import Wire

/// A step from a value to a part of it.
enum MarkdownPart: Hashable {
  case key(Key)
  case index(Int)

  /// A key by its bytes: two texts that only look alike are two keys.
  struct Key: Hashable {
    let text: String

    static func == (left: Key, right: Key) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine([UInt8](text.utf8)) }
  }
}

/// A document's values in their places, filled heading by heading.
final class MarkdownTree {
  var leaf: WireValue?
  private var parts: [MarkdownPart: MarkdownTree] = [:]

  /// The place at the end of `path`, made if it is new.
  func part(_ path: [MarkdownPart]) -> MarkdownTree {
    var place = self
    for step in path {
      if let known = place.parts[step] {
        place = known
      } else {
        let new = MarkdownTree()
        place.parts[step] = new
        place = new
      }
    }
    return place
  }

  /// The value: what stood in the place itself, or an array or a map of its parts.
  var value: WireValue {
    if let leaf { return leaf }
    var members: [WireMember] = []
    var elements: [(Int, WireValue)] = []
    for (step, tree) in parts {
      switch step {
      case .key(let key): members.append(WireMember(.text(key.text), tree.value))
      case .index(let index): elements.append((index, tree.value))
      }
    }
    guard !elements.isEmpty else { return .map(members) }
    return .array(elements.sorted { $0.0 < $1.0 }.map(\.1))
  }
}
