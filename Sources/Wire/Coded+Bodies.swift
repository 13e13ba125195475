/// The body of a call, by its media type.
package enum WireBody: Hashable, Sendable {
  case none
  case json([UInt8])
  case cbor([UInt8])
}

/// Bytes in which a body begins; most end there, and cost one allocation of just their length.
private let roomOnStack = 1024

extension Coded {
  /// The value as JSON text.
  package func json() -> [UInt8] {
    // SAFETY: the sink ends before the room does.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: roomOnStack) { room in
      var sink = unsafe JSONSink(in: room)
      encodeJSON(into: &sink)
      return sink.finish()
    }
  }

  /// The value as deterministic CBOR.
  package func cbor() -> [UInt8] {
    // SAFETY: the sink ends before the room does.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: roomOnStack) { room in
      var sink = unsafe CBORSink(in: room)
      encodeCBOR(into: &sink)
      return sink.finish()
    }
  }

  /// The value as a tree.
  package func wireValue() -> WireValue {
    var sink = ValueSink()
    encode(into: &sink)
    return sink.finish()
  }

  /// Reads a JSON text that is one value and nothing else.
  package init(json: [UInt8], limits: DecodeLimits = .standard) throws(DecodeError) {
    do throws(DecodeError) {
      var source = JSONSource(json, limits: limits)
      self = try Self(json: &source)
      try source.finish()
    } catch {
      throw JSONForm.fault(in: json, limits, orElse: error)
    }
  }

  /// Reads CBOR that is one item and nothing else.
  package init(cbor: [UInt8], limits: DecodeLimits = .standard) throws(DecodeError) {
    do throws(DecodeError) {
      var source = CBORSource(cbor, limits: limits)
      try source.skipSelfDescription()
      self = try Self(cbor: &source)
      try source.finish()
    } catch {
      throw CBORForm.fault(in: cbor, limits, orElse: error)
    }
  }
}

extension CodedRecord {
  /// Reads a record of which a part is in the path or the query and a part in the body; a field
  /// that is in both is a duplicate.
  package init(
    parameters: [Parameter], body: WireBody, limits: DecodeLimits = .standard
  ) throws(DecodeError) {
    var draft = Draft()
    if !parameters.isEmpty {
      var source = ParameterSource(parameters, limits: limits)
      try draft.merge(from: &source)
    }
    switch body {
    case .none: self = try draft.finish(at: nil)
    case .json(let bytes):
      do throws(DecodeError) {
        var source = JSONSource(bytes, limits: limits)
        let start = source.offset
        try draft.mergeJSON(from: &source)
        try source.finish()
        self = try draft.finish(at: start)
      } catch {
        throw JSONForm.fault(in: bytes, limits, orElse: error)
      }
    case .cbor(let bytes):
      do throws(DecodeError) {
        var source = CBORSource(bytes, limits: limits)
        try source.skipSelfDescription()
        let start = source.offset
        try draft.mergeCBOR(from: &source)
        try source.finish()
        self = try draft.finish(at: start)
      } catch {
        throw CBORForm.fault(in: bytes, limits, orElse: error)
      }
    }
  }
}
