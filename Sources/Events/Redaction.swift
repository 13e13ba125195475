internal import Wire

/// Takes secrets out of events before they are written, where no later reader could.
enum Redaction {
  /// What stands in a secret's place.
  static let mark = "[redacted]"

  /// Field names whose values are secrets whatever they look like, as `plain` writes them.
  private static let secretNames: Set<String> = [
    "password", "passwd", "passphrase", "secret", "clientsecret", "authorization", "apikey",
    "xapikey", "accesstoken", "refreshtoken", "privatekey", "bearertoken", "sessiontoken",
  ]

  /// Beginnings of texts that are secrets wherever they stand.
  private static let secretPrefixes = ["bearer ", "sk-", "-----begin "]

  /// The shortest run after a prefix that is taken for a secret.
  private static let secretLengthMin = 16

  /// The event without its secrets; `redaction.contains_secrets` says whether any were there.
  static func redact(_ event: WireValue, type: String) -> WireValue {
    guard let payload = event["payload"] else { return event }
    var found = false
    let clean = redact(payload, name: nil, found: &found)
    guard found else { return event }
    var event = event
    event["payload"] = clean
    event["redaction"] = ["contains_secrets": true]
    return event
  }

  private static func redact(_ value: WireValue, name: String?, found: inout Bool) -> WireValue {
    if let name, secretNames.contains(plain(name)), !value.isAbsent {
      found = true
      return .text(mark)
    }
    switch value {
    case .text(let text): return .text(redact(text, found: &found))
    case .array(let elements):
      return .array(elements.map { redact($0, name: nil, found: &found) })
    case .map(let members):
      return .map(
        members.map { member in
          var key: String?
          if case .text(let text) = member.key { key = text }
          return WireMember(member.key, redact(member.value, name: key, found: &found))
        })
    case .tagged(let tag, let content):
      return .tagged(tag, redact(content, name: name, found: &found))
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .bytes, .simple:
      return value
    }
  }

  /// The name without what spellings differ in: `apiKey`, `API_KEY` and `api-key` are one.
  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }

  /// The text with every word that looks like a secret replaced.
  private static func redact(_ text: String, found: inout Bool) -> String {
    let lowered = text.utf8.map { byte in (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
    guard secretPrefixes.contains(where: { lowered.firstRange(of: Array($0.utf8)) != nil }) else {
      return text
    }
    var clean: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      if let end = secretEnd(lowered, at: index) {
        clean += Array(mark.utf8)
        found = true
        index = end
      } else {
        clean.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: clean, as: UTF8.self)
  }

  /// The end of the secret that begins at `start`, if one does.
  private static func secretEnd(_ bytes: [UInt8], at start: Int) -> Int? {
    if start > 0, isWord(bytes[start - 1]) { return nil }
    for prefix in secretPrefixes where bytes[start...].starts(with: prefix.utf8) {
      // A PEM block goes on to the end of the text: its lines are the secret.
      if prefix.hasPrefix("-") { return bytes.count }
      let body = bytes[(start + prefix.utf8.count)...]
      let end = body.firstIndex { !isWord($0) } ?? bytes.count
      if end - start >= secretLengthMin { return end }
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"): true
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
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
