internal import Models
internal import Wire

/// Something that a contribution rests on.
struct EvidenceRef: Coded, Hashable {
  /// What it is: `memory`, `url`, `run`, `file`, or `note` for what an agent names in its own
  /// words.
  let type: String
  let id: String

  /// What is kept of one contribution and of all of a group's, at most.
  static let most = 100
  /// Bytes of what an agent calls a kind.
  private static let typeBytesMax = 80
  /// Bytes of an id; an address of a page may be as long.
  private static let idBytesMax = 2_048

  /// The kinds that the server itself knows.
  enum Kind: String, CaseIterable {
    case memory
    case url
    case run
    case file
    case note
  }

  /// As lists of references write it: the kind, a slash and the id; the words alone where they are
  /// an agent's own.
  var text: String { type == Kind.note.rawValue ? id : "\(type)/\(id)" }
}

extension EvidenceRef {
  init(_ type: Kind, _ id: String) { self.init(type: type.rawValue, id: id) }

  /// What an agent says that its answer rests on: an object with `type` and `id`, a text such as
  /// `memory/…`, or any other text; nil for what names nothing.
  init?(said value: WireValue) {
    switch value {
    case .text(let text): self.init(text: text)
    case .map:
      guard case .text(let type)? = value["type"], case .text(let id)? = value["id"],
        !type.isEmpty, !id.isEmpty, type.utf8.count <= Self.typeBytesMax,
        id.utf8.count <= Self.idBytesMax
      else { return nil }
      self.init(type: type, id: id)
    default: return nil
    }
  }

  private init?(text: String) {
    guard !text.isEmpty else { return nil }
    let parts = text.split(separator: "/", maxSplits: 1)
    if parts.count == 2, let kind = Kind(rawValue: String(parts[0])), kind != .note,
      parts[1].utf8.count <= Self.idBytesMax
    {
      self.init(kind, String(parts[1]))
    } else if text.hasPrefix("https://") || text.hasPrefix("http://"),
      text.utf8.count <= Self.idBytesMax
    {
      self.init(.url, text)
    } else {
      self.init(.note, Excerpt.clipped(text, scalarsMax: Self.idBytesMax / 4))
    }
  }
}

extension [EvidenceRef] {
  /// Adds what is not there yet, as far as there is room.
  mutating func add(_ refs: some Sequence<EvidenceRef>) {
    for ref in refs where count < EvidenceRef.most && !contains(ref) { append(ref) }
  }

  /// How many of which kind there are, in words.
  var summary: String {
    let counts = EvidenceRef.Kind.allCases.map { kind in
      (kind, kind == .note ? count { kind.isOther($0) } : count { $0.type == kind.rawValue })
    }
    let parts = counts.filter { $0.1 > 0 }.map { kind, count in
      "\(count) \(count == 1 ? kind.words.one : kind.words.more)"
    }
    return parts.joined(separator: ", ")
  }
}

extension EvidenceRef.Kind {
  fileprivate var words: (one: String, more: String) {
    switch self {
    case .memory: ("memory", "memories")
    case .url: ("page", "pages")
    case .run: ("run", "runs")
    case .file: ("file", "files")
    case .note: ("other", "others")
    }
  }

  /// Whether a reference is of none of the other kinds.
  fileprivate func isOther(_ ref: EvidenceRef) -> Bool {
    !Self.allCases.contains { $0 != self && $0.rawValue == ref.type }
  }
}
