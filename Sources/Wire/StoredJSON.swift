/// Bytes known to be one compact JSON text: made by encoding or by reading, never by trust.
///
/// A JSON body takes them as they are; other bodies read them again.
package struct StoredJSON: Hashable, Sendable {
  /// The text: no whitespace outside of strings, so also no line end.
  package let bytes: [UInt8]

  /// The JSON of `value`.
  package init(encoding value: some Coded) {
    bytes = value.json()
  }

  /// `text` once it has been read as JSON, written anew.
  package init(
    checking text: [UInt8], limits: DecodeLimits = .standard
  ) throws(DecodeError) {
    bytes = try WireValue(json: text, limits: limits).json()
  }

  /// The value that the text stands for.
  package var value: WireValue {
    var source = JSONSource(bytes, limits: DecodeLimits(depth: StoredJSON.depthMax, items: .max))
    do throws(DecodeError) {
      return try source.open()
    } catch {
      preconditionFailure("stored JSON does not read: \(error.kind) at \(error.offset ?? 0)")
    }
  }

  /// Levels that a stored text may have: what input may have, and room for the records around it.
  static let depthMax = 512
}

extension StoredJSON: Coded {
  package static var schema: Schema { .open }

  package func encode<S: Sink>(into sink: inout S) { sink.stored(self) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    bytes = try source.open().json()
  }
}
