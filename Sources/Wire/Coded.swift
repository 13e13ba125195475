/// A type with one declaration and every body: JSON, CBOR, Markdown and a schema.
///
/// Structs and enums with raw text write `: Coded` and get their coding from `WireGenerator` at
/// build time; scalar types conform by hand in this module.
package protocol Coded: Sendable {
  /// The shape of every value of this type, with its limits and its documentation.
  static var schema: Schema { get }

  /// Writes the value, in declaration order or in sorted order as the sink asks.
  func encode<S: Sink & ~Copyable>(into sink: inout S)

  /// Reads one value and leaves the source behind it.
  init<S: Source>(from source: inout S) throws(DecodeError)

  /// `encode(into:)` specialised for JSON: the one dynamic call on the way to a JSON body.
  func encodeJSON(into sink: inout JSONSink)

  /// `encode(into:)` specialised for CBOR.
  func encodeCBOR(into sink: inout CBORSink)

  /// `init(from:)` specialised for JSON: the one dynamic call on the way from a JSON body.
  init(json source: inout JSONSource) throws(DecodeError)

  /// `init(from:)` specialised for CBOR.
  init(cbor source: inout CBORSource) throws(DecodeError)
}

extension Coded {
  package func encodeJSON(into sink: inout JSONSink) { encode(into: &sink) }
  package func encodeCBOR(into sink: inout CBORSink) { encode(into: &sink) }
  package init(json source: inout JSONSource) throws(DecodeError) { try self.init(from: &source) }
  package init(cbor source: inout CBORSource) throws(DecodeError) { try self.init(from: &source) }
}

/// A coded struct, which can be filled from several places: path, query and body.
package protocol CodedRecord: Coded {
  associatedtype Draft: RecordDraft where Draft.Record == Self

  /// The field names as they stand on the wire, in declaration order.
  static var fields: FieldTable { get }
}

/// The fields of a record that were read so far.
package protocol RecordDraft: Sendable {
  associatedtype Record: CodedRecord

  /// A draft in which no field has been read.
  init()

  /// Reads one map from `source` into the draft; a field that is there already is a duplicate.
  mutating func merge<S: Source>(from source: inout S) throws(DecodeError)

  /// `merge(from:)` specialised for JSON.
  mutating func mergeJSON(from source: inout JSONSource) throws(DecodeError)

  /// `merge(from:)` specialised for CBOR.
  mutating func mergeCBOR(from source: inout CBORSource) throws(DecodeError)

  /// The record, once every required field is there; `offset` is where the map began.
  consuming func finish(at offset: Int?) throws(DecodeError) -> Record
}

extension RecordDraft {
  package mutating func mergeJSON(from source: inout JSONSource) throws(DecodeError) {
    try merge(from: &source)
  }
  package mutating func mergeCBOR(from source: inout CBORSource) throws(DecodeError) {
    try merge(from: &source)
  }
}

extension CodedRecord {
  package init<S: Source>(from source: inout S) throws(DecodeError) {
    let start = source.offset
    var draft = Draft()
    try draft.merge(from: &source)
    self = try (consume draft).finish(at: start)
  }

  package init(json source: inout JSONSource) throws(DecodeError) {
    let start = source.offset
    var draft = Draft()
    try draft.mergeJSON(from: &source)
    self = try (consume draft).finish(at: start)
  }

  package init(cbor source: inout CBORSource) throws(DecodeError) {
    let start = source.offset
    var draft = Draft()
    try draft.mergeCBOR(from: &source)
    self = try (consume draft).finish(at: start)
  }
}
