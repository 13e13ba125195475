/// Bytes: a byte string in CBOR, base64url text in JSON and in parameters.
package struct ByteString: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }
}

extension ByteString: Coded {
  package static var schema: Schema { .bytes }
  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.bytes(bytes) }
  package init<S: Source>(from source: inout S) throws(DecodeError) { bytes = try source.bytes() }
}
