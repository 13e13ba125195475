internal import Wire

/// Takes secrets out of what is written, where no later reader could (the catalogue, §0.8).
package enum Redaction {
  /// What stands in a secret's place.
  package static let mark = "[redacted]"

  /// Endings of field names whose values are secrets whatever they look like, in small letters and
  /// without the signs that may stand between words.
  private static let secretEndings = [
    "password", "passwd", "passphrase", "secret", "authorization", "apikey", "accesskey",
    "secretkey", "privatekey", "token",
  ].map { Array($0.utf8) }

  /// What those end in: most names end in something else.
  private static let lastLetters = Array(Set(secretEndings.compactMap(\.last)))

  /// The members that the catalogue itself calls by such a name, by the type of their event.
  private static let ownMembers = ["llm.token": "token"]

  /// The text with every secret in it replaced; the same text when there is none.
  package static func clean(_ text: String) -> String { cleaned(text) ?? text }

  /// The open part of an event of that type without its secrets; nil when there are none.
  static func redact(_ open: WireValue, type: String) -> WireValue? {
    guard case .map(let members) = open else { return nil }
    return cleaned(members, own: ownMembers[type]).map { .map($0) }
  }

  /// The text with every secret in it replaced; nil when there is none.
  private static func cleaned(_ text: String) -> String? {
    var sieve = SecretSieve()
    for byte in text.utf8 { sieve.take(byte) }
    sieve.end()
    let fates = sieve.settled()
    guard fates.contains(where: \.isSecret) else { return nil }
    var clean: [UInt8] = []
    var rest = text.utf8[...]
    for fate in fates {
      switch fate {
      case .kept(let count):
        clean += rest.prefix(count)
        rest = rest.dropFirst(count)
      case .secret(let count, let isFirst):
        if isFirst { clean += Array(mark.utf8) }
        rest = rest.dropFirst(count)
      }
    }
    return String(decoding: clean, as: UTF8.self)
  }

  private static func cleaned(_ members: [WireMember], own: String?) -> [WireMember]? {
    cleaned(members) { member in
      let name = member.name == own ? nil : member.name
      return cleaned(member.value, name: name).map { WireMember(member.key, $0) }
    }
  }

  private static func cleaned(_ value: WireValue, name: String?) -> WireValue? {
    if let name, isSecret(name), !value.isAbsent { return .text(mark) }
    switch value {
    case .text(let text): return cleaned(text).map { .text($0) }
    case .array(let elements):
      return cleaned(elements) { cleaned($0, name: nil) }.map { .array($0) }
    case .map(let members): return cleaned(members, own: nil).map { .map($0) }
    case .tagged(let tag, let content):
      return cleaned(content, name: name).map { .tagged(tag, $0) }
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .bytes, .simple:
      return nil
    }
  }

  /// The parts with what `clean` gives in the place of some; nil when it gives nothing, and then
  /// none is copied.
  private static func cleaned<Part>(_ parts: [Part], _ clean: (Part) -> Part?) -> [Part]? {
    var result: [Part]?
    for (index, part) in parts.enumerated() {
      guard let part = clean(part) else { continue }
      if result == nil { result = parts }
      result?[index] = part
    }
    return result
  }

  /// Whether a field of this name holds a secret; `apiKey`, `API_KEY` and `x-api-key` are one.
  private static func isSecret(_ name: String) -> Bool {
    guard mayBeSecret(name.utf8.span) else { return false }
    // Beyond ASCII a letter may be a small one's capital too: U+212A is that of k.
    let isPlain = name.utf8.allSatisfy { $0 < 0x80 }
    let text = isPlain ? name : name.lowercased()
    let name = text.utf8.span
    return secretEndings.contains { ending in
      var place = name.count
      return ending.reversed().allSatisfy { letter in
        repeat { place -= 1 } while place >= 0 && isBetweenWords(name[place])
        // Of letters the bit tells capitals; of other signs it makes no letter.
        return place >= 0 && name[place] | 0x20 == letter
      }
    }
  }

  /// Whether the last letter is that of a secret's name, or one that may be when it is small.
  private static func mayBeSecret(_ name: Span<UInt8>) -> Bool {
    var place = name.count - 1
    while place >= 0, isBetweenWords(name[place]) { place -= 1 }
    return place >= 0 && (name[place] >= 0x80 || lastLetters.contains(name[place] | 0x20))
  }

  private static func isBetweenWords(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}

extension WireValue {
  fileprivate var isAbsent: Bool {
    switch self {
    case .null, .undefined: true
    default: false
    }
  }
}
