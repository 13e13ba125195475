/// How property names become names on the wire.
struct Naming: Hashable, Sendable {
  enum Convention: Hashable, Sendable {
    /// `runID` is `run_id`.
    case snakeCase
    /// `runID` is `runId`.
    case camelCase
  }

  var convention: Convention
  /// Names of single properties, which follow no convention.
  var exceptions: [String: String] = [:]

  static let snakeCase = Naming(convention: .snakeCase)

  func wireName(of property: String) -> String {
    if let name = exceptions[property] { return name }
    let words = Self.words(of: property)
    switch convention {
    case .snakeCase: return words.joined(separator: "_")
    case .camelCase: return (words.prefix(1) + words.dropFirst().map(Self.capitalized)).joined()
    }
  }

  /// The words of a property's name, in small letters.
  ///
  /// A word starts at a capital after a small letter or a digit, and at the last capital of a run
  /// when a small letter follows it, unless that is the `s` of a plural: `runIDs` is run, ids.
  /// A digit never starts a word: `sha256Digest` is sha256, digest. An underscore stays.
  static func words(of property: String) -> [String] {
    let bytes = Array(property.utf8)
    var words: [[UInt8]] = [[]]
    for (index, byte) in bytes.enumerated() {
      if startsWord(bytes, index) { words.append([]) }
      words[words.count - 1].append(byte.isUppercase ? byte | 0x20 : byte)
    }
    return words.map { word in String(decoding: word, as: UTF8.self) }
  }

  private static func startsWord(_ bytes: [UInt8], _ index: Int) -> Bool {
    guard index > 0, bytes[index].isUppercase else { return false }
    let before = bytes[index - 1]
    if before.isLowercase || before.isDigit { return true }
    guard before.isUppercase, index + 1 < bytes.count, bytes[index + 1].isLowercase else {
      return false
    }
    let isPlural =
      bytes[index + 1] == UInt8(ascii: "s")
      && (index + 2 == bytes.count || !bytes[index + 2].isLowercase)
    return !isPlural
  }

  private static func capitalized(_ word: String) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }
}
