package import Contract

/// A media type that the server reads or writes.
package enum MediaType: Int, CaseIterable, Hashable, Sendable {
  case json
  case cbor
  case markdown
  case problemJSON
  case eventStream
  case cborSequence
  case jsonSequence
}

extension MediaType {
  /// The facts of one media type.
  package struct Row: Sendable {
    /// The part before the slash.
    let type: StaticString
    /// Type and subtype in lower case, as `Accept` and the list of offers name them.
    package let name: StaticString
    /// The value of `content-type` on an answer.
    package let contentType: StaticString
  }

  // RFC 7763 §2 asks for a charset on text/markdown; JSON (RFC 8259 §11) and event streams (WHATWG
  // HTML §9.2) are always UTF-8 and name none.
  /// The only place where a media type meets its names.
  // swift-format-ignore
  package var row: Row {
    switch self {
    case .json:         Row(type: "application", name: "application/json",         contentType: "application/json")
    case .cbor:         Row(type: "application", name: "application/cbor",         contentType: "application/cbor")
    case .markdown:     Row(type: "text",        name: "text/markdown",            contentType: "text/markdown; charset=utf-8")
    case .problemJSON:  Row(type: "application", name: "application/problem+json", contentType: "application/problem+json")
    case .eventStream:  Row(type: "text",        name: "text/event-stream",        contentType: "text/event-stream")
    case .cborSequence: Row(type: "application", name: "application/cbor-seq",     contentType: "application/cbor-seq")
    case .jsonSequence: Row(type: "application", name: "application/json-seq",     contentType: "application/json-seq")
    }
  }
}

extension BodyFormat {
  /// The media type that carries a value in this format.
  package var mediaType: MediaType {
    switch self {
    case .json: .json
    case .cbor: .cbor
    case .markdown: .markdown
    }
  }

  /// Other media types whose name tells that a client reads this format: a feed's frames hold the
  /// same JSON or CBOR, and a problem document is JSON.
  var signs: [MediaType] {
    switch self {
    case .json: [.problemJSON, .eventStream, .jsonSequence]
    case .cbor: [.cborSequence]
    case .markdown: []
    }
  }
}

extension FeedFormat {
  /// The media type that carries a feed in this format; of one message where they stand in frames.
  package var mediaType: MediaType {
    switch self {
    case .eventStream: .eventStream
    case .cborSequence: .cborSequence
    case .jsonSequence: .jsonSequence
    case .messages(let format), .webSocket(let format): format.mediaType
    }
  }
}
