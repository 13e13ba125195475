/// Finds secrets in a text that comes byte by byte, and says of each byte what becomes of it.
///
/// Bytes that may still turn out to begin a secret are held back, at most `heldMax` of them; so a
/// text has the same secrets whatever pieces it comes in.
struct SecretSieve: Sendable {
  /// What becomes of the next bytes.
  enum Fate: Hashable, Sendable {
    case kept(Int)
    /// Bytes of a secret; `isFirst` where it begins.
    case secret(Int, isFirst: Bool)

    var isSecret: Bool {
      switch self {
      case .kept: false
      case .secret: true
      }
    }
  }

  /// How a secret looks.
  private struct Pattern {
    /// What it begins with, in small letters.
    let prefix: [UInt8]
    /// Whether it goes on to the end of a PEM block; else to the end of a word.
    let isBlock: Bool
  }

  private static let patterns = [
    Pattern(prefix: Array("bearer ".utf8), isBlock: false),
    Pattern(prefix: Array("sk-".utf8), isBlock: false),
    Pattern(prefix: Array("-----begin ".utf8), isBlock: true),
  ]
  /// The shortest word, its prefix counted, that is taken for a secret.
  private static let wordMin = 16
  /// The most bytes that wait for those after them: one less than decides every pattern.
  static let heldMax = wordMin - 1

  /// Where the next byte stands.
  private enum Place {
    case text
    /// Inside a secret word.
    case word
    /// Inside a PEM block, so many bytes of its last line's beginning seen.
    case block(matched: Int)
    /// Inside the last line of a PEM block, so many hyphens of its end seen.
    case lastLine(hyphens: Int)
  }

  private static let lastLine = Array("-----end ".utf8)
  private static let hyphens = 5

  private var fates: [Fate] = []
  /// In small letters.
  private var held: [UInt8] = []
  private var previous: UInt8 = 0
  private var place = Place.text

  /// Takes the next byte of the text.
  mutating func take(_ byte: UInt8) {
    let small = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    switch place {
    case .text: takeText(small)
    case .word:
      if Self.isWord(small) {
        add(.secret(1, isFirst: false))
        previous = small
      } else {
        place = .text
        takeText(small)
      }
    case .block(let matched): takeBlock(small, matched)
    case .lastLine(let hyphens): takeLastLine(small, hyphens)
    }
  }

  /// Says that the text ends here: what is held back begins no secret.
  mutating func end() {
    add(.kept(held.count))
    held = []
  }

  /// What became certain since the last call, in the order of the text.
  mutating func settled() -> [Fate] {
    defer { fates = [] }
    return fates
  }

  private mutating func takeText(_ byte: UInt8) {
    if held.isEmpty, !Self.patterns.contains(where: { $0.prefix[0] == byte }) {
      keep(byte)
      return
    }
    held.append(byte)
    while let first = held.first {
      switch finding {
      case .undecided: return
      case .nothing:
        held.removeFirst()
        keep(first)
      case .secret(let isBlock):
        add(.secret(held.count, isFirst: true))
        held = []
        previous = byte
        place = isBlock ? .block(matched: 0) : .word
      }
    }
  }

  /// What the bytes that are held back are.
  private enum Finding {
    case nothing, undecided
    case secret(isBlock: Bool)
  }

  private var finding: Finding {
    for pattern in Self.patterns where pattern.isBlock || !Self.isAlphanumeric(previous) {
      let prefix = pattern.prefix
      if held.count < prefix.count {
        if prefix.starts(with: held) { return .undecided }
      } else if held.starts(with: prefix) {
        if pattern.isBlock { return .secret(isBlock: true) }
        guard held[prefix.count...].allSatisfy(Self.isWord) else { continue }
        return held.count < Self.wordMin ? .undecided : .secret(isBlock: false)
      }
    }
    return .nothing
  }

  private mutating func takeBlock(_ byte: UInt8, _ matched: Int) {
    add(.secret(1, isFirst: false))
    if byte == Self.lastLine[matched] {
      let isWhole = matched + 1 == Self.lastLine.count
      place = isWhole ? .lastLine(hyphens: 0) : .block(matched: matched + 1)
    } else if byte == UInt8(ascii: "-") {
      // One hyphen more than five still ends in five.
      place = .block(matched: matched == Self.hyphens ? matched : 1)
    } else {
      place = .block(matched: 0)
    }
  }

  private mutating func takeLastLine(_ byte: UInt8, _ hyphens: Int) {
    add(.secret(1, isFirst: false))
    let count = byte == UInt8(ascii: "-") ? hyphens + 1 : 0
    place = count == Self.hyphens ? .text : .lastLine(hyphens: count)
    previous = byte
  }

  private mutating func keep(_ byte: UInt8) {
    add(.kept(1))
    previous = byte
  }

  private mutating func add(_ fate: Fate) {
    switch (fates.last, fate) {
    case (_, .kept(0)): return
    case (.kept(let before), .kept(let count)): fates[fates.count - 1] = .kept(before + count)
    case (.secret(let before, let isFirst), .secret(let count, isFirst: false)):
      fates[fates.count - 1] = .secret(before + count, isFirst: isFirst)
    default: fates.append(fate)
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: false
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"): true
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: isAlphanumeric(byte)
    }
  }
}
