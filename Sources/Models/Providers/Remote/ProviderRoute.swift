/// The way to a provider: whom is believed there, through whom it leads, and how long is waited.
package struct ProviderRoute: Hashable, Sendable {
  /// Certificates in PEM that the provider's is held against in place of the machine's; nil for
  /// those.
  package let authority: String?
  package let proxy: ProviderProxy
  /// How long connecting may take, the encryption's handshake included.
  package let connectTimeout: Duration
  /// How long the provider may say nothing.
  package let silenceTimeout: Duration

  /// Seconds that either may be set to.
  package static let connectSeconds = 1...300
  package static let silenceSeconds = 1...3600
  /// The most bytes of certificates: more than all of a machine's.
  package static let authorityBytesMax = 512 << 10

  package init(
    authority: String?, proxy: ProviderProxy, connectTimeout: Duration, silenceTimeout: Duration
  ) {
    self.authority = authority
    self.proxy = proxy
    self.connectTimeout = connectTimeout
    self.silenceTimeout = silenceTimeout
  }

  /// How many certificates there are in place of the machine's.
  package var authorityCount: Int {
    authority?.ranges(of: "-----BEGIN CERTIFICATE-----").count ?? 0
  }

  /// The same way with no more patience than `timeout`.
  func within(_ timeout: Duration) -> ProviderRoute {
    ProviderRoute(
      authority: authority, proxy: proxy, connectTimeout: min(connectTimeout, timeout),
      silenceTimeout: min(silenceTimeout, timeout))
  }

  /// The way to a provider of which nothing is said.
  package static let standard = ProviderRoute(
    authority: nil, proxy: .environment, connectTimeout: .seconds(10),
    silenceTimeout: .seconds(120))
}

/// Through whom requests go.
package enum ProviderProxy: Hashable, Sendable {
  /// Whom the environment of the process names, if it names anybody.
  case environment
  /// Nobody, whatever the environment says.
  case none
  case through(ProxyAddress, login: ProxyLogin?)
}

/// Where a proxy is: `http`, `https` or `socks5h`, a host and a port, and no credentials.
package struct ProxyAddress: Hashable, Sendable {
  /// The most bytes of an address.
  private static let bytesMax = 512
  private static let schemes = ["http://", "https://", "socks5h://"]

  /// The address, without a slash at its end.
  package let text: String

  /// The address, or nil for any other text.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.bytesMax,
      let scheme = Self.schemes.first(where: text.hasPrefix),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !text.dropFirst(scheme.count).utf8.dropLast(text.hasSuffix("/") ? 1 : 0)
        .contains(where: "/?#@\\\"<>".utf8.contains)
    else { return nil }
    let address = text.hasSuffix("/") ? text.dropLast() : text[...]
    let place = address.dropFirst(scheme.count)
    guard let colon = place.lastIndex(of: ":"), colon > place.startIndex,
      let port = UInt16(place[place.index(after: colon)...]), port > 0
    else { return nil }
    self.text = String(address)
  }
}

/// What a proxy knows this server by; nothing prints it.
package struct ProxyLogin: Hashable, Sendable {
  /// The most bytes of both together.
  package static let bytesMax = 1_024

  /// The name, for the one place that carries it.
  package let user: String
  /// The password, for the one place that carries it.
  package let password: String

  /// What is written as `NAME:PASSWORD`, of visible ASCII; nil for any other text.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.bytesMax,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let colon = text.firstIndex(of: ":"), colon > text.startIndex
    else { return nil }
    user = String(text[..<colon])
    password = String(text[text.index(after: colon)...])
  }
}

extension ProxyLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Neither name nor password.
  package var description: String { ProviderKey.placeholder }
  /// Neither name nor password.
  package var debugDescription: String { ProviderKey.placeholder }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
