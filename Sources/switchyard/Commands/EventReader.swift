import Wire

/// Reads a stream of events and shows them.
struct EventReader {
  private(set) var cursor: String?
  private(set) var hasEnded = false
  private(set) var count = 0
  /// Whether any stream has greeted.
  private(set) var hasBegun = false
  private let isJSON: Bool
  private let style = TextStyle(hasColours: Terminal.hasColours)
  /// Whether the words of a model were the last that was shown: they end no line.
  private var isInLine = false
  private var sequence = CBORSequence()

  init(cursor: String?, isJSON: Bool) {
    self.cursor = cursor
    self.isJSON = isJSON
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
    hasEnded = ["run.completed", "run.failed", "run.cancelled"].contains(type)
    if isJSON { return FileText.print(String(decoding: event.json(), as: UTF8.self)) }
    if type == "llm.token", case .text(let token)? = event["payload"]?["token"] {
      isInLine = true
      let shown = TextWidth.visible(token, keepingLines: true)
      return FileText.write(Array(shown.utf8), to: FileText.output)
    }
    if isInLine { FileText.print("") }
    isInLine = false
    let payload = event["payload"].map { String(decoding: $0.json(), as: UTF8.self) } ?? ""
    FileText.print(
      "\(style.dim(id.padded(to: 6)))\(style.bold(type.padded(to: 16))) "
        + TextWidth.visible(payload, keepingLines: false))
  }
}
