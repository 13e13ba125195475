package import Contract

/// The server's end of one connection.
///
/// Every answering call is false, and does nothing, when the stream has closed, was reset or was
/// answered before; so a late answer needs no check of its own.
package final class HTTP2Session: HTTP2Endpoint {
  /// A connection on which nothing was received; its SETTINGS are pending.
  package init(limits: HTTP2Limits) throws(HTTP2Error) {
    try super.init(.server, limits: limits)
  }

  /// Answers with these bytes, which are moved to the stream; none means no body at all.
  ///
  /// Trailers follow a body only.
  @discardableResult
  package func respond(
    _ key: StreamKey, status: Int, fields: FieldSection, body: consuming [UInt8],
    trailers: FieldSection? = nil
  ) -> Bool {
    guard let index = answerable(key) else { return false }
    let hasBody = !body.isEmpty
    if hasBody { setBody(index, body, trailers) }
    return answer(index, status: status, fields: fields, hasBody: hasBody)
  }

  /// Answers with these bytes, which are moved to the stream; none means no body at all.
  ///
  /// Trailers follow a body only.
  @discardableResult
  package func respond(
    _ key: StreamKey, _ head: AnswerHead, body: consuming [UInt8], trailers: FieldSection? = nil
  ) -> Bool {
    guard let index = answerable(key) else { return false }
    let hasBody = !body.isEmpty
    if hasBody { setBody(index, body, trailers) }
    // SAFETY: the slot keeps values and fields in their place as long as it serves this stream.
    let place = unsafe state.streams[index].answer.hold(head)
    state.streams[index].shared = head.shared
    let stream = state.streams[index].stream
    let keepsUnique = beginAnswer(head.status)
    let isQueued = attempt { () throws(HTTP2Error) in
      // SAFETY: as above.
      try unsafe native.respond(
        stream, head, heldAt: place, keepsUnique: keepsUnique, bodyOf: hasBody ? index : nil)
    }
    return endAnswer(index, isQueued: isQueued == true)
  }

  /// Answers with what `producer` gives, as the peer's windows allow.
  @discardableResult
  package func respond(
    _ key: StreamKey, status: Int, fields: FieldSection, producer: any BodyProducer
  ) -> Bool {
    guard let index = answerable(key) else { return false }
    state.streams[index].producer = producer
    return answer(index, status: status, fields: fields, hasBody: true)
  }

  /// Sends an interim response, such as 100 to `expect: 100-continue` (RFC 9110 §10.1.1).
  @discardableResult
  package func inform(_ key: StreamKey, status: Int, fields: FieldSection) -> Bool {
    precondition((100..<200).contains(status), "\(status) is no interim status")
    guard let index = answerable(key) else { return false }
    let stream = state.streams[index].stream
    return attempt { () throws(HTTP2Error) in
      try native.inform(stream, status: status, fields)
    } ?? false
  }

  private func answerable(_ key: StreamKey) -> Int? {
    guard let index = state.streams.index(of: key),
      state.streams[index].progress.isDisjoint(with: [.answered, .resetting])
    else { return nil }
    return index
  }

  private func answer(_ index: Int, status: Int, fields: FieldSection, hasBody: Bool) -> Bool {
    let keepsUnique = beginAnswer(status)
    // SAFETY: the slot keeps the fields in their place as long as it serves this stream.
    let place = unsafe state.streams[index].answer.hold(status, fields)
    let stream = state.streams[index].stream
    let isQueued = attempt { () throws(HTTP2Error) in
      // SAFETY: as above.
      try unsafe native.respond(
        stream, fields, heldAt: place, keepsUnique: keepsUnique, bodyOf: hasBody ? index : nil)
    }
    return endAnswer(index, isQueued: isQueued == true)
  }

  /// Whether unique values may be kept in the peer's compression table: the first answer puts their
  /// names there, and later ones refer to them.
  private func beginAnswer(_ status: Int) -> Bool {
    precondition((200..<1000).contains(status), "\(status) is no final status")
    return !state.hasTaughtNames
  }

  private func endAnswer(_ index: Int, isQueued: Bool) -> Bool {
    guard isQueued else {
      dropBody(index)
      return false
    }
    state.hasTaughtNames = true
    state.streams[index].progress.insert(.answered)
    return true
  }
}
