/// The words of a text as the index of memories knows them.
///
/// What is written without spaces has no words to be found by: of Han, kana and Hangul every two
/// neighbours are one word, and the last sign of a piece is one by itself.
struct MemoryTerms: Sequence, IteratorProtocol {
  /// A word of a text, or signs that stand side by side.
  enum Piece: Hashable {
    case word(String)
    case signs([Unicode.Scalar])
  }

  /// The scalars of a word; what is longer goes on in the next one.
  static let scalarsMax = 64
  /// The different words of a question.
  static let askedMax = 64

  private var scalars: Substring.UnicodeScalarView

  private init(_ text: String) { scalars = text[...].unicodeScalars }

  mutating func next() -> Piece? {
    while let first = scalars.first {
      let kind = Kind(first)
      // A mark that belongs to nothing says nothing.
      guard kind == .letter || kind == .sign else {
        scalars.removeFirst()
        continue
      }
      var taken: [Unicode.Scalar] = []
      while let scalar = scalars.first, kind == .sign || taken.count < Self.scalarsMax {
        let next = Kind(scalar)
        guard next == kind || next == .mark else { break }
        if next == kind || kind == .letter { taken.append(scalar) }
        scalars.removeFirst()
      }
      return kind == .sign ? .signs(taken) : .word(Self.text(taken))
    }
    return nil
  }

  private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// What the index is given of a text: its words, with spaces.
  static func indexed(_ text: String) -> String {
    var words: [String] = []
    for piece in MemoryTerms(text) {
      switch piece {
      case .word(let word): words.append(word)
      case .signs(let signs):
        for index in signs.indices { words.append(Self.text(signs[index...].prefix(2))) }
      }
    }
    return words.joined(separator: " ")
  }

  /// The expression that finds what has a word of the question, within an organisation; nil for a
  /// question without words.
  ///
  /// Every word stands in quotation marks, which no word has: whatever is asked, it is asked for
  /// and never an operator.
  static func expression(for question: String, in organisation: String) -> String? {
    var asked: [String] = []
    func ask(_ word: String) {
      if asked.count < askedMax, !asked.contains(word) { asked.append(word) }
    }
    for piece in MemoryTerms(question) {
      switch piece {
      case .word(let word): ask("\"\(word)\"")
      // A sign by itself begins every pair that it stands first in.
      case .signs(let signs) where signs.count == 1: ask("\"\(text(signs))\" *")
      case .signs(let signs):
        for index in signs.indices.dropLast() { ask("\"\(text(signs[index...].prefix(2)))\"") }
      }
    }
    guard !asked.isEmpty else { return nil }
    return "scope : \"\(scope(organisation))\" AND terms : (\(asked.joined(separator: " OR ")))"
  }

  /// The one word by which the index knows an organisation: any name, told from all others.
  static func scope(_ organisation: String) -> String {
    "o"
      + organisation.utf8.map { byte in
        String(byte >> 4, radix: 16) + String(byte & 0xf, radix: 16)
      }.joined()
  }
}

extension MemoryTerms {
  /// What a scalar is to an index.
  private enum Kind {
    case letter, sign, mark, gap

    init(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: self = .letter
      case 0...0x7F: self = .gap
      // Han with its signs of repetition, kana, bopomofo, Hangul.
      case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
        0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x3FFFD:
        self = .sign
      default:
        let properties = scalar.properties
        if properties.isGraphemeExtend {
          self = .mark
        } else {
          self = properties.isAlphabetic || properties.numericType != nil ? .letter : .gap
        }
      }
    }
  }
}
