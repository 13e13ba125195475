package import Contract

/// The client's end of one connection.
///
/// Events are read as a server's are: `headers` and `end` speak of a response, whose head holds
/// `:status`. Interim responses are skipped.
package final class HTTP2ClientSession: HTTP2Endpoint {
  /// A connection on which nothing was received; the preface and SETTINGS are pending.
  package init(limits: HTTP2Limits) throws(HTTP2Error) {
    try super.init(.client, limits: limits)
  }

  /// Sends a request with these bytes as its body; none means no body at all.
  ///
  /// The pseudo fields come first in `fields`. `nil` when the connection opens no further stream.
  package func request(_ fields: FieldSection, body: consuming [UInt8]) -> StreamKey? {
    let index = state.streams.open(.max)
    let hasBody = !body.isEmpty
    if hasBody { setBody(index, body, nil) }
    return submit(index, fields, hasBody: hasBody)
  }

  /// Sends a request whose body is what `producer` gives, as the peer's windows allow.
  package func request(_ fields: FieldSection, producer: any BodyProducer) -> StreamKey? {
    let index = state.streams.open(.max)
    state.streams[index].producer = producer
    return submit(index, fields, hasBody: true)
  }

  /// The fields after the response's body, complete once `end` came; empty when there were none.
  package func takeTrailers(_ key: StreamKey) -> FieldSection {
    guard let index = state.streams.index(of: key) else { return FieldSection() }
    defer { state.streams[index].trailers = nil }
    return state.streams[index].trailers?.fields ?? FieldSection()
  }

  private func submit(_ index: Int, _ fields: FieldSection, hasBody: Bool) -> StreamKey? {
    let queued = attempt { () throws(HTTP2Error) in
      try native.request(fields, slot: index, hasBody: hasBody)
    }
    guard case .some(.some(let stream)) = queued else {
      dropBody(index)
      state.streams.close(index, keeping: limits.keptBytesMax)
      return nil
    }
    state.streams[index].stream = stream
    state.streams[index].progress.formUnion([.answered, .announced])
    return state.streams.key(index)
  }
}
