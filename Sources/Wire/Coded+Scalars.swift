extension Bool: Coded {
  package static var schema: Schema { .boolean }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.bool(self) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.bool() }
}

extension String: Coded {
  package static var schema: Schema { .text(TextSchema()) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.text(self) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.text() }
}

extension Double: Coded {
  package static var schema: Schema { .number(minimum: nil, maximum: nil) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.double(self) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.double() }
}

extension Int64: Coded {
  package static var schema: Schema { .integer(minimum: nil, maximum: nil) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.integer(self) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.integer() }
}

extension Int: Coded {
  package static var schema: Schema { .integer(minimum: nil, maximum: nil) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.integer(Int64(self)) }
  package init<S: Source>(from source: inout S) throws(DecodeError) {
    self = Int(try source.integer())
  }
}

extension UInt64: Coded {
  package static var schema: Schema { .integer(minimum: 0, maximum: nil) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.unsigned(self) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.unsigned() }
}

extension UInt32: Coded {
  package static var schema: Schema { .integer(minimum: 0, maximum: Int64(UInt32.max)) }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.unsigned(UInt64(self)) }
  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    guard let value = UInt32(exactly: try source.unsigned()) else {
      throw DecodeError(.outOfRange, at: start, "expected an integer from 0 to \(UInt32.max)")
    }
    self = value
  }
}
