import Wire

/// Reads a stream of events and has them shown.
struct EventReader {
  private(set) var cursor: String?
  private(set) var hasEnded = false
  private(set) var count = 0
  /// Whether any stream has greeted.
  private(set) var hasBegun = false
  /// The run's last event; nil while it goes on.
  private(set) var last: WireValue?
  private var display: EventDisplay
  private var sequence = CBORSequence()

  init(cursor: String?, display: EventDisplay) {
    self.cursor = cursor
    self.display = display
  }

  /// Takes bytes as they come, and tells `seen` of each event and its number before it is shown.
  mutating func take(
    _ bytes: [UInt8], seen: (WireValue, _ number: String) throws(StartFailure) -> Void
  ) throws(StartFailure) {
    sequence.append(bytes)
    while let item = try next() {
      hasBegun = true
      guard case .text(let id)? = item["id"], let event = item["data"] else { continue }
      try seen(event, id)
      show(event, id)
    }
  }

  private mutating func next() throws(StartFailure) -> WireValue? {
    do throws(DecodeError) { return try sequence.next() } catch {
      throw StartFailure(.refused, "the stream does not read: \(error.message)")
    }
  }

  /// Forgets a part of an event that a broken connection left.
  mutating func reconnect() {
    sequence = CBORSequence()
  }

  private mutating func show(_ event: WireValue, _ id: String) {
    guard case .text(let type)? = event["type"] else { return }
    cursor = id
    count += 1
    hasEnded = EventDisplay.endings.contains(type)
    if hasEnded { last = event }
    display.show(event, id, type)
  }
}
