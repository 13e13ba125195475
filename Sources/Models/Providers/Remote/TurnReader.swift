internal import Wire

/// Reads the stream of one turn: bytes in, texts to emit out.
struct TurnReader {
  private var events = ServerEvents()
  private var draft: TurnDraft
  private var deltas: ArraySlice<TurnDelta> = []
  private let row: ProviderDialect.Row

  init(_ row: ProviderDialect.Row, limits: TurnLimits) {
    self.row = row
    draft = TurnDraft(endings: row.endings, limits: limits)
  }

  /// Whether the provider said that nothing follows.
  var isOver: Bool { draft.isOver }

  /// Adds what arrived.
  mutating func append(_ bytes: [UInt8]) {
    events.append(bytes)
  }

  /// The next text to emit; nil when more has to arrive first, or nothing follows.
  mutating func next() throws(AttemptFailure) -> String? {
    do throws(AttemptFailure) {
      while !draft.isOver {
        if let delta = deltas.popFirst() {
          if let text = try draft.take(delta) { return text }
        } else {
          guard try readEvent() else { return nil }
        }
      }
      return nil
    } catch {
      guard draft.hasSpoken else { throw error }
      // A second attempt would say the same again.
      throw AttemptFailure(error.error)
    }
  }

  /// The whole turn, once the body has ended or nothing follows.
  func completion(of conversation: Conversation) throws(AttemptFailure) -> Completion {
    try draft.completion(of: conversation)
  }

  private mutating func readEvent() throws(AttemptFailure) -> Bool {
    let event: ServerEvents.Event?
    do throws(ServerEvents.TooLong) {
      event = try events.next()
    } catch {
      throw AttemptFailure(.answerTooLarge, "An event of the provider's answer is too long.")
    }
    guard let event else { return false }
    deltas = try read(event)[...]
    return true
  }

  private func read(_ event: ServerEvents.Event) throws(AttemptFailure) -> [TurnDelta] {
    if let mark = row.endMark, event.data.elementsEqual(mark.utf8) { return [.over] }
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(json: event.data)
    } catch {
      throw AttemptFailure(.streamBroken, "The provider sent what is no JSON: \(error.message).")
    }
    if let complaint = ProviderComplaint(value) { throw row.failure(complaint) }
    guard value.isMap else {
      throw AttemptFailure(.streamBroken, "The provider sent JSON that is no object.")
    }
    return row.deltas(value)
  }
}
