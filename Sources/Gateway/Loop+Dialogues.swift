internal import Contract
internal import HTTP2
internal import Routing

/// Calls of gRPC's own services.
extension Loop {
  /// Opens the dialogue that the head of `stream` asks for; false when it asks for none.
  func openDialogue(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection
  ) -> Bool {
    guard let response = http2.withHead(stream, { interface.dialogue($0) }), let response else {
      return false
    }
    submit(response, to: stream, on: connection, since: now)
    return true
  }

  /// Carries on a dialogue; what gives its producer.
  func begin(
    _ opening: DialogueOpening, _ stream: StreamKey, _ http2: HTTP2Session,
    _ connection: Connection
  ) -> DialogueStream {
    let head = http2.head(of: stream) ?? FieldSection()
    let dialogue = DialogueStream(
      opening, trailers: { [interface] in interface.trailers($0, to: head) }, now: now)
    http2.readStepwise(stream)
    connection.dialogues[stream] = dialogue
    if let within = opening.within { setDeadline(within, for: stream, on: connection) }
    return dialogue
  }

  /// Takes what came on `stream`; false when no dialogue is there.
  func continueDialogue(
    _ stream: StreamKey, _ http2: HTTP2Session, _ connection: Connection, isLast: Bool
  ) -> Bool {
    guard !connection.dialogues.isEmpty, let dialogue = connection.dialogues[stream] else {
      return false
    }
    connection.marks.active = now
    dialogue.active = now
    dialogue.take(http2.takeBody(stream), isLast: isLast)
    if dialogue.stage == .asking { askReadiness() }
    http2.resume(stream)
    markDirty(connection)
    return true
  }

  /// Tells those who watch whether the server is ready, and ends those who have long been silent.
  func sweepDialogues() {
    var watches = false
    for connection in connections.all {
      for (stream, dialogue) in connection.dialogues.all {
        watches = watches || dialogue.stage == .watching
        guard dialogue.stage == .listening, now - dialogue.active > limits.idleMax.nanoseconds
        else {
          continue
        }
        dialogue.end(with: Fault(.timedOut, "nothing was asked for too long"))
        connection.http2?.resume(stream)
        markDirty(connection)
      }
    }
    if watches { askReadiness() }
  }

  /// Gives the answer to the question that `askReadiness` began.
  func heard(isReady: Bool) {
    now = Linux.nanoseconds
    for connection in connections.all where !connection.dialogues.isEmpty {
      for (stream, dialogue) in connection.dialogues.all
      where dialogue.stage == .asking || dialogue.stage == .watching {
        dialogue.hear(isReady: isReady)
        connection.http2?.resume(stream)
        markDirty(connection)
      }
    }
  }
}
