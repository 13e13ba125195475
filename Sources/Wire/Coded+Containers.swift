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
