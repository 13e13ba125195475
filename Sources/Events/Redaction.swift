internal import Wire

/// Takes secrets out of what is written, where no later reader could (the catalogue, §0.8).
package enum Redaction {
  /// What stands in a secret's place.
  package static let mark = "[redacted]"

  /// Endings of field names whose values are secrets whatever they look like, as `plain` writes
  /// names.
  private static let secretEndings = [
    "password", "passwd", "passphrase", "secret", "authorization", "apikey", "accesskey",
    "secretkey", "privatekey", "token",
  ]

  /// The members that the catalogue itself calls by such a name, by the type of their event.
  private static let ownMembers = ["llm.token": "token"]

  /// The text with every secret in it replaced; the same text when there is none.
  package static func clean(_ text: String) -> String {
    var sieve = SecretSieve()
    for byte in text.utf8 { sieve.take(byte) }
    sieve.end()
    let fates = sieve.settled()
    guard fates.contains(where: \.isSecret) else { return text }
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

  /// The event without its secrets; `redaction.contains_secrets` says whether any were there.
  ///
  /// `isRedacted` says that some were taken out before.
  static func redact(_ event: WireValue, type: String, isRedacted: Bool) -> WireValue {
    guard case .map(let members)? = event["payload"] else { return event }
    var found = isRedacted
    let clean = members.map { redact($0, own: ownMembers[type], found: &found) }
    guard found else { return event }
    var event = event
    event["payload"] = .map(clean)
    event["redaction"] = ["contains_secrets": true]
    return event
  }

  private static func redact(
    _ member: WireMember, own: String?, found: inout Bool
  ) -> WireMember {
    var key: String?
    if case .text(let text) = member.key, text != own { key = text }
    return WireMember(member.key, redact(member.value, name: key, found: &found))
  }

  private static func redact(_ value: WireValue, name: String?, found: inout Bool) -> WireValue {
    if let name, isSecret(name), !value.isAbsent {
      found = true
      return .text(mark)
    }
    switch value {
    case .text(let text):
      let clean = clean(text)
      if clean != text { found = true }
      return .text(clean)
    case .array(let elements):
      return .array(elements.map { redact($0, name: nil, found: &found) })
    case .map(let members):
      return .map(members.map { redact($0, own: nil, found: &found) })
    case .tagged(let tag, let content):
      return .tagged(tag, redact(content, name: name, found: &found))
    case .null, .undefined, .bool, .integer, .unsigned, .bigInteger, .double, .bytes, .simple:
      return value
    }
  }

  /// Whether a field of this name holds a secret; `apiKey`, `API_KEY` and `x-api-key` are one.
  private static func isSecret(_ name: String) -> Bool {
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
    return secretEndings.contains { plain.hasSuffix($0) }
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
