internal import Contract

/// What HTTP asks of the fields of a request (RFC 9113 §8.2, §8.3), asked of one after the other.
///
/// The frame engine would ask it of every field of every head; a head that comes again is not asked
/// a second time here.
struct RequestHead {
  /// What is found of a head.
  enum Verdict: Hashable {
    case malformed
    /// The length of the body, where it is announced.
    case wellFormed(contentLength: Int?)
  }

  /// What has come, and what it was.
  private struct Seen: OptionSet {
    let rawValue: UInt16

    static let method = Seen(rawValue: 1 << 0)
    static let scheme = Seen(rawValue: 1 << 1)
    static let path = Seen(rawValue: 1 << 2)
    static let authority = Seen(rawValue: 1 << 3)
    static let connectProtocol = Seen(rawValue: 1 << 4)
    static let host = Seen(rawValue: 1 << 5)
    static let contentLength = Seen(rawValue: 1 << 6)
    /// A field that is no pseudo field, behind which none may come.
    static let regular = Seen(rawValue: 1 << 7)

    static let request: Seen = [.method, .scheme, .path]
  }

  /// A field of which more is asked than that its name and its value are ones.
  private struct Rule {
    let name: StaticString
    /// What it is; it may come once, and is not empty.
    let mark: Seen
    let bytes: ByteSet
  }

  // swift-format-ignore
  private static let pseudoFields = [
    Rule(name: ":method",    mark: .method,          bytes: .token),
    Rule(name: ":path",      mark: .path,            bytes: .path),
    Rule(name: ":scheme",    mark: .scheme,          bytes: .scheme),
    Rule(name: ":authority", mark: .authority,       bytes: .authority),
    Rule(name: ":protocol",  mark: .connectProtocol, bytes: .value),
  ]

  private static let ruled = [
    Rule(name: "host", mark: .host, bytes: .authority),
    Rule(name: "content-length", mark: .contentLength, bytes: .digits),
  ]

  /// RFC 9113 §8.2.2.
  private static let connectionSpecific: [StaticString] = [
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
  ]

  private var seen: Seen
  private let allowsExtendedConnect: Bool
  private var contentLength: Int?
  private var isConnect = false
  private var isOptions = false
  private var isWeb = false
  private var isAsterisk = false
  private var isRooted = false

  private init(_ seen: Seen, allowsExtendedConnect: Bool) {
    self.seen = seen
    self.allowsExtendedConnect = allowsExtendedConnect
  }

  /// Judges a whole head.
  static func judge(
    _ head: borrowing FieldSection, allowsExtendedConnect: Bool
  ) -> Verdict {
    var check = RequestHead([], allowsExtendedConnect: allowsExtendedConnect)
    var entry = head.entry(after: nil)
    while let field = entry {
      guard check.takes(field, of: head) else { return .malformed }
      entry = head.entry(after: field)
    }
    return check.isComplete ? .wellFormed(contentLength: check.contentLength) : .malformed
  }

  /// Whether a field may stand in trailers (RFC 9113 §8.1).
  static func isTrailer(name: Span<UInt8>, value: Span<UInt8>) -> Bool {
    var section = FieldSection()
    section.append(nameBytes: name, valueBytes: value)
    var check = RequestHead(.regular, allowsExtendedConnect: false)
    return section.entries.allSatisfy { check.takes($0, of: section) }
  }

  private mutating func takes(
    _ field: FieldSection.Entry, of head: borrowing FieldSection
  ) -> Bool {
    guard let first = field.name.first else { return false }
    if head.bytes[first] == UInt8(ascii: ":") {
      guard !seen.contains(.regular),
        let rule = Self.pseudoFields.first(where: { head.equals(field.name, $0.name) })
      else { return false }
      return takes(field, of: head, by: rule)
    }
    seen.insert(.regular)
    guard ByteSet.name.covers(field.name, of: head), isValue(field.value, of: head) else {
      return false
    }
    if let rule = Self.ruled.first(where: { head.equals(field.name, $0.name) }) {
      return takes(field, of: head, by: rule)
    }
    if head.equals(field.name, "te") {
      return head.string(field.value).lowercased() == "trailers"
    }
    return !Self.connectionSpecific.contains { head.equals(field.name, $0) }
  }

  /// RFC 9113 §8.2.1: no blank at either end.
  private func isValue(_ range: Range<Int>, of head: borrowing FieldSection) -> Bool {
    guard let first = range.first, let last = range.last else { return true }
    return !isBlank(head.bytes[first]) && !isBlank(head.bytes[last])
      && ByteSet.value.covers(range, of: head)
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private mutating func takes(
    _ field: FieldSection.Entry, of head: borrowing FieldSection, by rule: Rule
  ) -> Bool {
    let value = field.value
    guard let first = value.first, !seen.contains(rule.mark), rule.bytes.covers(value, of: head)
    else { return false }
    seen.insert(rule.mark)
    switch rule.mark {
    case .method:
      isConnect = head.equals(value, "CONNECT")
      isOptions = head.equals(value, "OPTIONS")
    case .scheme:
      guard ByteSet.letters.contains(head.bytes[first]) else { return false }
      let scheme = head.string(value).lowercased()
      isWeb = scheme == "https" || scheme == "http"
    case .path:
      isRooted = head.bytes[first] == UInt8(ascii: "/")
      isAsterisk = head.equals(value, "*")
    case .connectProtocol: return allowsExtendedConnect && isValue(value, of: head)
    case .contentLength:
      contentLength = Int(head.string(value))
      return contentLength != nil
    case _: break
    }
    return true
  }

  /// Whether all that a request needs has come (RFC 9113 §8.3.1, §8.5; RFC 8441 §4).
  private var isComplete: Bool {
    mutating get {
      let isExtended = seen.contains(.connectProtocol)
      if isConnect, !isExtended {
        contentLength = nil
        return seen.contains(.authority) && seen.isDisjoint(with: [.scheme, .path])
      }
      guard seen.isSuperset(of: .request), !seen.isDisjoint(with: [.authority, .host]) else {
        return false
      }
      if isExtended, !isConnect || !seen.contains(.authority) { return false }
      return !isWeb || isRooted || (isOptions && isAsterisk)
    }
  }
}

/// The bytes that may stand in some part of a field.
private struct ByteSet {
  private var holds = InlineArray<256, Bool>(repeating: false)

  private init(_ ranges: [ClosedRange<UInt8>], _ others: String = "") {
    for byte in ranges.joined() { holds[Int(byte)] = true }
    for byte in others.utf8 { holds[Int(byte)] = true }
  }

  func contains(_ byte: UInt8) -> Bool { holds[Int(byte)] }

  func covers(_ range: Range<Int>, of head: borrowing FieldSection) -> Bool {
    let bytes = head.bytes.span.extracting(range)
    for index in bytes.indices {
      // SAFETY: the index is one of the span's.
      guard holds[Int(unsafe bytes[unchecked: index])] else { return false }
    }
    return true
  }

  private static let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
  private static let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
  private static let digit = UInt8(ascii: "0")...UInt8(ascii: "9")

  static let letters = ByteSet([upper, lower])
  static let digits = ByteSet([digit])
  /// RFC 9110 §5.6.2.
  static let token = ByteSet([upper, lower, digit], "!#$%&'*+-.^_`|~")
  /// RFC 9113 §8.2: a token without capitals.
  static let name = ByteSet([lower, digit], "!#$%&'*+-.^_`|~")
  /// RFC 9110 §5.5.
  static let value = ByteSet([0x09...0x09, 0x20...0x7e, 0x80...0xff])
  /// What a target may be is the router's to say; that it has no blanks and controls is asked here.
  static let path = ByteSet([0x21...0x7e, 0x80...0xff])
  /// RFC 3986 §3.1.
  static let scheme = ByteSet([upper, lower, digit], "+-.")
  /// RFC 3986 §3.2.
  static let authority = ByteSet([upper, lower, digit], "!$%&'()*+,-.:;=@[]_~")
}
