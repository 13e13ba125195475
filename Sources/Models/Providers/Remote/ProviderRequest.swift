package import Contract

/// One request to a provider.
package struct ProviderRequest: Sendable {
  /// Any but `.head`.
  package let verb: Verb
  /// Where it goes; holds no credentials.
  package let url: String
  /// The headers in the order they are sent.
  package let headers: [ProviderHeader]
  /// The body; empty where the verb has none.
  package let body: [UInt8]
  /// The way there; its silence is that before the first byte of the answer or between two.
  package let route: ProviderRoute
  /// How long all of it may take, the answer's last byte included.
  package let timeout: Duration

  package init(
    _ verb: Verb, url: String, headers: [ProviderHeader], body: [UInt8],
    route: ProviderRoute, timeout: Duration
  ) {
    precondition(verb != .head, "no transport reads an answer to HEAD")
    precondition(!verb.isBodyless || body.isEmpty, "\(verb.rawValue) carries no body")
    self.verb = verb
    self.url = url
    self.headers = headers
    self.body = body
    self.route = route
    self.timeout = timeout
  }

  /// A request on the machine's own way.
  package init(
    _ verb: Verb, url: String, headers: [ProviderHeader], body: [UInt8],
    connectTimeout: Duration, idleTimeout: Duration, timeout: Duration
  ) {
    self.init(
      verb, url: url, headers: headers, body: body,
      route: ProviderRoute(
        authority: nil, proxy: .environment, connectTimeout: connectTimeout,
        silenceTimeout: idleTimeout), timeout: timeout)
  }
}

/// A header of a request.
package struct ProviderHeader: Sendable {
  /// Its name, in small letters.
  package let name: String
  /// Its value.
  package let value: String
  /// Whether nobody but the provider may see the value.
  package let isSecret: Bool

  package init(_ name: String, _ value: String, isSecret: Bool = false) {
    self.name = name
    self.value = value
    self.isSecret = isSecret
  }
}

// What prints a value asks for one of three things: all of them are silent about keys and about
// what people said.

extension ProviderRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// Where the request goes and how long it is.
  package var description: String { "\(verb.rawValue) \(url), \(body.count) bytes" }
  /// The same as `description`.
  package var debugDescription: String { description }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProviderHeader: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The header as it is sent, without a secret value.
  package var description: String { "\(name): \(isSecret ? ProviderKey.placeholder : value)" }
  /// The same as `description`.
  package var debugDescription: String { description }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
