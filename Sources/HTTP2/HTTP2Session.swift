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
    return answer(index, status: head.status, hasBody: hasBody) {
      (stream, keepsUnique, slot) throws(HTTP2Error) in
      // SAFETY: the slot keeps values and fields in their place as long as it serves this stream.
      let place = unsafe state.streams.update(index) { slot in
        slot.shared = head.shared
        return unsafe slot.answer.hold(head)
      }
      // SAFETY: as above.
      return try unsafe native.respond(
        stream, head, heldAt: place, keepsUnique: keepsUnique, bodyOf: slot)
    }
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
    answer(index, status: status, hasBody: hasBody) {
      (stream, keepsUnique, slot) throws(HTTP2Error) in
      // SAFETY: the slot keeps the fields in their place as long as it serves this stream.
      let place = unsafe state.streams.update(index) { unsafe $0.answer.hold(status, fields) }
      return try unsafe native.respond(
        stream, fields, heldAt: place, keepsUnique: keepsUnique, bodyOf: slot)
    }
  }

  /// Queues an answer by `submit`, which is told the stream, whether unique values may be kept, and
  /// the slot whose body follows.
  @inline(__always)
  private func answer(
    _ index: Int, status: Int, hasBody: Bool,
    _ submit: (Int32, Bool, Int?) throws(HTTP2Error) -> Bool
  ) -> Bool {
    precondition((200..<1000).contains(status), "\(status) is no final status")
    let stream = state.streams[index].stream
    // The first answer puts the names into the peer's table; later ones refer to them there.
    let keepsUnique = !state.hasTaughtNames
    let isQueued = attempt { () throws(HTTP2Error) in
      try submit(stream, keepsUnique, hasBody ? index : nil)
    }
    guard isQueued == true else {
      dropBody(index)
      return false
    }
    state.hasTaughtNames = true
    state.streams[index].progress.insert(.answered)
    return true
  }
}
