internal import Contract
internal import HTTP2
internal import Routing
internal import Wire

/// From stream events to answers.
extension Loop {
  func handleEvents(of http2: HTTP2Session, on connection: Connection) {
    while let event = http2.nextEvent() {
      switch event {
      case .end(let stream): answer(stream, http2, connection)
      case .headers(let stream): preview(stream, http2, connection)
      case .body(let stream): _ = carryOn(stream, http2, connection, isLast: false)
      case .headersTooLarge(let stream):
        refuse(
          stream, http2, connection, Fault(.headersTooLarge, "the header fields are too large"))
      case .bodyTooLarge(let stream):
        refuse(stream, http2, connection, interface.bodyTooLong)
      case .closed(let stream, _): closed(stream, connection)
      case .settingsAcknowledged: connection.marks.settingsSent = nil
      case .goAway, .pong: break
      }
    }
  }

  /// The request is complete: run it as far as it goes without waiting.
  private func answer(_ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection) {
    if !connection.bodies.isEmpty { connection.bodies.remove(stream) }
    connection.marks.active = now
    if carryOn(stream, http2, connection, isLast: true) { return }
    let request = WaitingRequest(stream: stream, since: now)
    guard hasRoom(http2, connection) else { return hold(request, http2, connection) }
    begin(request, http2, connection)
  }

  /// Lets a request wait; its client's patience does not.
  private func hold(
    _ request: WaitingRequest, _ http2: HTTP2Session, _ connection: Connection
  ) {
    connection.waiting.append(request)
    noteDeadline(request.stream, http2, connection)
  }

  /// Whether one more request of a connection may begin: whoever does not take its answers is given
  /// no more of them, and work goes on for streams that were reset.
  private func hasRoom(_ http2: HTTP2Session, _ connection: Connection) -> Bool {
    !http2.isBackedUp && connection.running < limits.runningPerConnectionMax
      && !mustWait(connection)
  }

  /// Answers the requests that have waited, as far as there is room.
  func answerWaiting(_ http2: HTTP2Session, _ connection: Connection) {
    while let request = connection.waiting.first, hasRoom(http2, connection) {
      connection.waiting.removeFirst()
      begin(request, http2, connection)
      markDirty(connection)
    }
  }

  private func begin(
    _ request: WaitingRequest, _ http2: HTTP2Session, _ connection: Connection
  ) {
    guard let outcome = respond(to: request.stream, http2, connection) else { return }
    carryOut(outcome, request.stream, http2, connection, since: request.since)
  }

  /// Takes what came on a stream that was answered while its client goes on speaking; false for
  /// other streams.
  private func carryOn(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection, isLast: Bool
  ) -> Bool {
    continueDialogue(stream, http2, connection, isLast: isLast)
      || continueTunnel(stream, http2, connection, isLast: isLast)
  }

  /// Answers now, or begins what will.
  func carryOut(
    _ outcome: consuming Outcome, _ stream: StreamKey, _ http2: HTTP2Session,
    _ connection: Connection, since began: Int64
  ) {
    switch consume outcome {
    case .response(let response):
      submit(response, to: stream, on: connection, since: began)
    case .pending(let operation, let within):
      guard mayWork(for: stream, http2, connection),
        isInTime(within, stream, connection)
      else { return }
      start(operation, for: stream, on: connection, since: began)
    case .deferred(let deferred, let within):
      guard mayWork(for: stream, http2, connection),
        isInTime(within, stream, connection)
      else { return }
      begin(deferred, for: stream, on: connection, since: began)
    }
  }

  /// What becomes of a request; nil when its stream has closed.
  private func respond(
    to stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection
  ) -> Outcome? {
    let number = http2.headNumber(of: stream)
    if let number, number == connection.lastNumber {
      let body = http2.takeBody(stream)
      if let outcome = interface.respond(again: &connection.last, body: body) { return outcome }
      guard let head = http2.head(of: stream) else { return nil }
      return respond(
        to: Request(head: head, body: body, network: connection.network), number, connection)
    }
    guard let head = http2.head(of: stream) else { return nil }
    let request = Request(
      head: head, body: http2.takeBody(stream), network: connection.network)
    return respond(to: request, number, connection)
  }

  private func respond(
    to request: consuming Request, _ number: UInt64?, _ connection: Connection
  ) -> Outcome {
    let before = connection.last?.head
    // An idle connection forgets its last head, and the same one then has another number.
    if let before, before.covers(request.head) { connection.lastNumber = number }
    let outcome = interface.respond(to: request, after: &connection.last)
    if connection.last?.head !== before { connection.lastNumber = number }
    return outcome
  }

  /// Whether one more request may be worked on, which else is refused.
  private func mayWork(
    for stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection
  ) -> Bool {
    if running < limits.runningMax { return true }
    // The peer may try again (RFC 9113 §8.7).
    http2.reset(stream, .refusedStream)
    return false
  }

  /// A body is still to come: refuse now what no body can save.
  private func preview(_ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection) {
    connection.marks.active = now
    // The head of the last request was an ordinary one's.
    let number = http2.headNumber(of: stream)
    let isRepeated = number != nil && number == connection.lastNumber
    guard
      isRepeated
        || !openTunnel(stream, http2, connection) && !openDialogue(stream, http2, connection)
    else { return }
    // What came whole in one read is judged once, at its end.
    guard !http2.isReceived(stream) else { return }
    connection.bodies.insert(stream)
    noteDeadline(stream, http2, connection)
    let response = http2.withHead(stream) { interface.preview($0, after: connection.last) }
    guard let response else { return }
    guard let response else { return go(on: stream, http2, connection) }
    submit(response, to: stream, on: connection, since: now)
  }

  /// Tells a client that waits for it that its body is wanted (RFC 9110 §10.1.1); one that has
  /// begun to send it does not wait.
  private func go(on stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection) {
    guard http2.bodyReceived(stream) == 0,
      http2.withHead(stream, { $0.string("expect")?.lowercased() }) == "100-continue"
    else { return }
    http2.inform(stream, status: 100, fields: FieldSection())
    markDirty(connection)
  }

  private func refuse(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection, _ fault: Fault
  ) {
    // What still comes is thrown away, and must not take for ever either.
    if !http2.isReceived(stream) { connection.bodies.insert(stream) }
    guard let head = http2.head(of: stream) else { return }
    submit(
      interface.refuse(head, with: fault), to: stream, on: connection, since: now)
  }

  /// Hands an answer to the engine; the flush at the end of the turn writes it.
  func submit(
    _ response: borrowing Response, to stream: StreamKey, on connection: Connection,
    since began: Int64
  ) {
    guard let http2 = connection.http2, http2.isOpen(stream) else { return }
    switch response.content.body {
    case .bytes(let bytes):
      answered(stream, on: connection)
      respond(http2, stream, response, bytes, nil)
    case .message(let bytes, let trailers):
      answered(stream, on: connection)
      respond(http2, stream, response, bytes, trailers)
    case .dialogue(let opening):
      let dialogue = begin(opening, stream, http2, connection)
      write(response)
      http2.respond(stream, status: response.content.status, fields: fields, producer: dialogue)
    case .feed(let plan, let format):
      let principal = response.content.principal ?? .anonymous
      let subscriber: FeedSubscriber
      switch join(plan, format, stream, connection, principal: principal) {
      case .joined(let joined): subscriber = joined
      case .refused(let shortage):
        guard let head = http2.head(of: stream) else { return }
        let refusal = interface.refuse(head, with: shortage.fault)
        return submit(refusal, to: stream, on: connection, since: began)
      }
      write(response)
      http2.respond(stream, status: response.content.status, fields: fields, producer: subscriber)
      // The client may have begun to speak before the answer.
      _ = continueTunnel(stream, http2, connection, isLast: http2.isReceived(stream))
    }
    markDirty(connection)
    record(response, since: began)
  }

  private func respond(
    _ http2: HTTP2Session, _ stream: StreamKey, _ response: borrowing Response, _ bytes: [UInt8],
    _ trailers: FieldSection?
  ) {
    if let head = answerHead(response) {
      http2.respond(stream, head, body: bytes, trailers: trailers)
    } else {
      write(response)
      http2.respond(
        stream, status: response.content.status, fields: fields, body: bytes, trailers: trailers)
    }
  }

  /// The head of an answer whose fields are shared but for a name that was made here; nil for
  /// others.
  private func answerHead(_ response: borrowing Response) -> AnswerHead? {
    guard let place = response.content.shared.place, case .made(let id) = response.correlationID
    else { return nil }
    return AnswerHead(
      status: response.content.status, shared: sharedFields(response.content.shared, at: place),
      contentLength: response.content.contentLength, uniqueName: CorrelationID.fieldName, unique: id
    )
  }

  private func sharedFields(_ template: FieldTemplate, at place: Int) -> SharedFields {
    if place < sharedFields.count, let known = sharedFields[place] { return known }
    while sharedFields.count <= place { sharedFields.append(nil) }
    let made = SharedFields(template.fields)
    sharedFields[place] = made
    return made
  }

  /// Puts the fields of an answer into the loop's own section, whose storage serves all of them.
  private func write(_ response: borrowing Response) {
    fields.removeAll(keepingCapacity: http2Limits.keptBytesMax)
    response.write(into: &fields)
  }

  private func record(_ response: borrowing Response, since began: Int64) {
    let nanoseconds = now - began
    metrics.answers.count(
      route: response.content.route, status: response.content.verdict, nanoseconds: nanoseconds)
    guard wantsAnswers else { return }
    observer.answered(
      AnsweredRequest(
        route: interface.route(response.content.route), status: response.content.verdict,
        bytes: response.content.body.count, nanoseconds: nanoseconds,
        principal: response.content.principal?.id ?? "", correlationID: response.correlationID))
  }

  /// The client has got what it waited for.
  private func answered(_ stream: StreamKey, on connection: Connection) {
    if !connection.deadlines.isEmpty { connection.deadlines.removeValue(forKey: stream) }
  }

  private func closed(_ stream: StreamKey, _ connection: Connection) {
    connection.marks.active = now
    // Most streams have none of these, and asking an empty collection would still cost a hash.
    if !connection.bodies.isEmpty { connection.bodies.remove(stream) }
    answered(stream, on: connection)
    connection.forget(waiting: stream)
    if !connection.tunnels.isEmpty { connection.tunnels.remove(stream) }
    if !connection.dialogues.isEmpty { connection.dialogues.removeValue(forKey: stream) }
    if !connection.pending.isEmpty {
      connection.pending.removeValue(forKey: stream)?.cancel()
    }
    if !connection.feeds.isEmpty, let subscriber = connection.feeds.removeValue(forKey: stream) {
      leave(subscriber)
    }
  }
}
