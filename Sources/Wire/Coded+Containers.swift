extension Optional: Coded where Wrapped: Coded {
  package static var schema: Schema { .nullable(Wrapped.schema) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    switch self {
    case nil: sink.null()
    case let value?: value.encode(into: &sink)
    }
  }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self = try source.null() ? nil : Wrapped(from: &source)
  }
}

/// An array of coded values; bytes are a `ByteString`.
extension Array: Coded where Element: Coded {
  package static var schema: Schema { .array(of: Element.schema, minimum: nil, maximum: nil) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    sink.beginArray(count: count)
    for element in self { element.encode(into: &sink) }
    sink.endArray()
  }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self.init()
    try source.beginArray()
    while try source.nextElement() {
      do throws(DecodeError) {
        append(try Element(from: &source))
      } catch {
        throw error.within(element: count)
      }
    }
  }
}

/// A map with keys that are not known at build time, written in the order of RFC 8949 §4.2.1
/// everywhere.
extension Dictionary: Coded where Key == String, Value: Coded {
  package static var schema: Schema { .dictionary(of: Value.schema) }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) {
    sink.beginMap(count: count)
    if count == 1, let (key, value) = first {
      // Nothing to bring into order, and no array for it.
      sink.key(key)
      value.encode(into: &sink)
    } else {
      for (key, value) in sorted(by: { KeyOrder.precedes($0.key, $1.key) }) {
        sink.key(key)
        value.encode(into: &sink)
      }
    }
    sink.endMap()
  }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self.init()
    try source.beginMap()
    while let key = try source.nextKey() {
      do throws(DecodeError) {
        let start = source.keyOffset
        guard isEmpty || self[key] == nil else {
          throw DecodeError(.duplicateKey, at: start, "this key is given twice")
        }
        self[key] = try Value(from: &source)
      } catch {
        throw error.within(key: key)
      }
    }
  }
}

/// The order of text keys in deterministic CBOR.
package enum KeyOrder {
  /// RFC 8949 §4.2.1: the head holds the length, so the shorter key comes first.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let lengths = (left.utf8.count, right.utf8.count)
    guard lengths.0 == lengths.1 else { return lengths.0 < lengths.1 }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
