/// A protocol that ALPN can agree on (RFC 7301).
package struct ApplicationProtocol: Hashable, Sendable {
  /// The protocol's registered name: 1 to 255 bytes.
  package let name: [UInt8]

  /// HTTP/2 over TLS.
  package static let h2 = ApplicationProtocol(text: "h2")
  /// HTTP/1.1, which we select only to be able to say that we do not speak it.
  package static let http11 = ApplicationProtocol(text: "http/1.1")

  /// The protocol of that name; nil unless the name has 1 to 255 bytes.
  package init?(_ name: [UInt8]) {
    guard (1...255).contains(name.count) else { return nil }
    self.name = name
  }

  private init(text: StaticString) {
    name = Array("\(text)".utf8)
  }

  /// The names as a ClientHello lists them: each after a byte with its length.
  static func wireList(_ protocols: [ApplicationProtocol]) -> [UInt8] {
    protocols.flatMap { [UInt8($0.name.count)] + $0.name }
  }

  /// Where in a client's list the protocol stands that a server selects; nil refuses the client.
  ///
  /// `h2` if it is there; else `http/1.1`, so that the answer can name the problem in words.
  static func select(from list: [UInt8]) -> Range<Int>? {
    var fallback: Range<Int>?
    var position = 0
    while position < list.count {
      let start = position + 1
      let end = start + Int(list[position])
      guard end <= list.count else { return nil }
      let name = list[start..<end]
      if name.elementsEqual(h2.name) { return start..<end }
      if name.elementsEqual(http11.name) { fallback = start..<end }
      position = end
    }
    return fallback
  }
}

extension ApplicationProtocol: CustomStringConvertible {
  package var description: String { String(decoding: name, as: UTF8.self) }
}
