package import Wire

/// A representation that every unary answer can be sent in.
package enum BodyFormat: CaseIterable, Hashable, Sendable {
  case json
  case cbor
  case markdown

  /// The value in this format; `title` heads a Markdown body and is not seen elsewhere.
  package func encode(_ value: some Coded, title: String) -> [UInt8] {
    switch self {
    case .json: value.json()
    case .cbor: value.cbor()
    case .markdown: Markdown.render(value.wireValue(), title: title)
    }
  }
}

/// A representation that a feed can be sent in.
package enum FeedFormat: Hashable, Sendable {
  /// `text/event-stream` (WHATWG HTML §9.2).
  case eventStream
  /// `application/cbor-seq` (RFC 8742).
  case cborSequence
  /// `application/json-seq` (RFC 7464).
  case jsonSequence
  /// Messages of gRPC, each an event in this format.
  case messages(BodyFormat)
  /// Messages of a WebSocket: text where the format is JSON, else bytes.
  case webSocket(BodyFormat)

  /// The formats that a client may ask for by `accept`.
  package static let negotiated: [FeedFormat] = [.eventStream, .cborSequence, .jsonSequence]
}
