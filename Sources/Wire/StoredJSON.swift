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
    var source = JSONSource(bytes, limits: StoredJSON.limits)
    do throws(DecodeError) {
      return try source.open()
    } catch {
      preconditionFailure("stored JSON does not read: \(error.kind) at \(error.offset ?? 0)")
    }
  }

  /// Writes the value as deterministic CBOR.
  func write(into buffer: inout ByteBuffer) {
    var transcoder = JSONTranscoder(bytes, StoredJSON.limits)
    do throws(DecodeError) {
      try transcoder.value(into: &buffer)
    } catch {
      preconditionFailure("stored JSON does not read: \(error.kind) at \(error.offset ?? 0)")
    }
  }

  /// Writes the text in the form that hashes are taken over.
  func writeCanonical(into buffer: inout ByteBuffer) {
    var canonicalizer = JSONCanonicalizer()
    canonicalizer.write(bytes.span, into: &buffer)
  }

  /// What a stored text may have: the levels of input and room for the records around it.
  private static let limits = DecodeLimits(depth: 512, items: .max)
}

extension StoredJSON: Coded {
  package static var schema: Schema { .open }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.stored(self) }

  package init<S: Source>(from source: inout S) throws(DecodeError) {
    bytes = try source.open().json()
  }
}
