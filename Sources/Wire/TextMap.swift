/// A map with text keys that are not known at build time, in the order of RFC 8949 §4.2.1.
///
/// Two keys are one when their bytes are the same. A `Dictionary` compares text by canonical
/// equivalence, and on the wire é and e with an accent are two keys.
package struct TextMap<Value> {
  /// Every key once, in order.
  package private(set) var members: [Member] = []

  /// A key and the value under it.
  package struct Member {
    package let key: String
    package fileprivate(set) var value: Value
  }

  /// The value under `key`, found by halving; nil where there is none, and setting nil removes it.
  package subscript(key: String) -> Value? {
    get {
      let place = place(of: key)
      return holds(key, at: place) ? members[place].value : nil
    }
    set {
      let place = place(of: key)
      switch (holds(key, at: place), newValue) {
      case (true, let value?): members[place].value = value
      case (true, nil): members.remove(at: place)
      case (false, let value?): members.insert(Member(key: key, value: value), at: place)
      case (false, nil): break
      }
    }
  }

  /// The index of the first member that does not come before `key`.
  private func place(of key: String) -> Int {
    var range = 0..<members.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        KeyOrder.precedes(members[middle].key, key)
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  private func holds(_ key: String, at place: Int) -> Bool {
    place < members.count && !KeyOrder.precedes(key, members[place].key)
  }
}

extension TextMap: Coded where Value: Coded {
  package static var schema: Schema { .dictionary(of: Value.schema) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    sink.beginMap(count: members.count)
    for member in members {
      sink.key(member.key)
      member.value.encode(into: &sink)
    }
    sink.endMap()
  }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    try source.beginMap()
    // Keys that come in order need no comparing but with the last one.
    var seen: SeenKeys?
    while let key = try source.nextKey() {
      do throws(DecodeError) {
        let start = source.keyOffset
        if let last = members.last?.key, seen == nil, !KeyOrder.precedes(last, key) {
          seen = SeenKeys()
        }
        guard seen?.insert(.text(key), after: members.lazy.map { .text($0.key) }) ?? true else {
          throw DecodeError(.duplicateKey, at: start, "this key is given twice")
        }
        members.append(Member(key: key, value: try Value(from: &source)))
      } catch {
        throw error.within(key: key)
      }
    }
    if seen != nil { members.sort { KeyOrder.precedes($0.key, $1.key) } }
  }
}

extension TextMap: ExpressibleByDictionaryLiteral {
  /// The members in any order; of one key given twice, the last holds.
  package init(dictionaryLiteral elements: (String, Value)...) {
    for (key, value) in elements { self[key] = value }
  }
}

extension TextMap.Member: Sendable where Value: Sendable {}
extension TextMap: Sendable where Value: Sendable {}

extension TextMap.Member: Equatable where Value: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    left.key.utf8.elementsEqual(right.key.utf8) && left.value == right.value
  }
}

extension TextMap.Member: Hashable where Value: Hashable {
  package func hash(into hasher: inout Hasher) {
    hasher.combine(WireValue.text(key))
    hasher.combine(value)
  }
}

extension TextMap: Equatable where Value: Equatable {}
extension TextMap: Hashable where Value: Hashable {}
