internal import HTTP2

/// Values by the streams of one connection; each is at its stream's place, so nothing is hashed.
///
/// A value goes before its stream's place is given to another.
struct StreamMap<Value> {
  private var entries: [(stream: StreamKey, value: Value)?] = []
  /// How many values there are.
  private(set) var count = 0

  /// Whether there is none.
  var isEmpty: Bool { count == 0 }

  /// The values with their streams.
  var all: some Sequence<(stream: StreamKey, value: Value)> { entries.lazy.compactMap(\.self) }

  /// The values, in no order that means anything.
  var values: some Sequence<Value> { entries.lazy.compactMap { $0?.value } }

  subscript(stream: StreamKey) -> Value? {
    get {
      guard stream.place < entries.count, let entry = entries[stream.place],
        entry.stream == stream
      else { return nil }
      return entry.value
    }
    set {
      guard let newValue else {
        removeValue(forKey: stream)
        return
      }
      while entries.count <= stream.place { entries.append(nil) }
      if entries[stream.place] == nil { count += 1 }
      entries[stream.place] = (stream, newValue)
    }
  }

  /// Takes the value of a stream away.
  @discardableResult
  mutating func removeValue(forKey stream: StreamKey) -> Value? {
    guard let value = self[stream] else { return nil }
    entries[stream.place] = nil
    count -= 1
    return value
  }

  /// Takes all values away, and gives their storage back.
  mutating func removeAll() {
    entries = []
    count = 0
  }
}
