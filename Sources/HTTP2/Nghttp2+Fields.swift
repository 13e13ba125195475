private import CNghttp2

/// A field on its way in; good while the engine reports it.
@unsafe struct ArrivingField {
  fileprivate let nameBuffer: OpaquePointer
  fileprivate let valueBuffer: OpaquePointer

  init(name: OpaquePointer, value: OpaquePointer) {
    // SAFETY: the buffers are the engine's, which keeps them during the report.
    unsafe nameBuffer = name
    unsafe valueBuffer = value
  }

  /// The bytes of the name.
  // SAFETY: as above.
  var name: UnsafeBufferPointer<UInt8> { unsafe Self.bytes(nameBuffer) }

  /// The bytes of the value.
  // SAFETY: as above.
  var value: UnsafeBufferPointer<UInt8> { unsafe Self.bytes(valueBuffer) }

  private static func bytes(_ buffer: OpaquePointer) -> UnsafeBufferPointer<UInt8> {
    // SAFETY: as above.
    let vector = unsafe nghttp2_rcbuf_get_buf(buffer)
    return unsafe UnsafeBufferPointer(start: vector.base, count: vector.len)
  }
}

/// The fields of one head by the buffers in which the engine keeps them for its compression table:
/// a field that comes in the same two buffers is the same, and its bytes need not be compared.
@safe struct KnownFields: ~Copyable {
  @safe private struct Known {
    let name: OpaquePointer
    let value: OpaquePointer
    /// The place behind the field in its section.
    let end: Int
  }

  private var fields: [Known] = []
  /// How many of them came again in the head that is coming.
  private var matched = 0
  /// Whether a field of the head that is coming was in other buffers.
  private var differs = false

  /// Begins a head.
  mutating func begin() {
    matched = 0
    differs = false
  }

  /// The place behind the next field when `field` comes in its buffers.
  @inline(__always)
  mutating func next(_ field: ArrivingField) -> Int? {
    guard matched < fields.count else { return nil }
    // SAFETY: addresses are compared; the buffers are kept, so no other field has them.
    let known = fields[matched]
    guard unsafe known.name == field.nameBuffer, unsafe known.value == field.valueBuffer else {
      // A value that no table keeps is in another buffer each time; the next may be known again.
      matched &+= 1
      differs = true
      return nil
    }
    matched &+= 1
    return known.end
  }

  /// Notes a field that was found to be the same as in the last head, which ends at `end`.
  mutating func note(_ field: ArrivingField, end: Int) {
    guard matched == fields.count, !differs else { return }
    // SAFETY: the references are given back by `forget`.
    unsafe nghttp2_rcbuf_incref(field.nameBuffer)
    unsafe nghttp2_rcbuf_incref(field.valueBuffer)
    unsafe fields.append(Known(name: field.nameBuffer, value: field.valueBuffer, end: end))
    matched += 1
  }

  /// Lets go of all buffers; called while the session's memory is there.
  mutating func forget() {
    for field in fields {
      // SAFETY: `note` took a reference on each.
      unsafe nghttp2_rcbuf_decref(field.name)
      unsafe nghttp2_rcbuf_decref(field.value)
    }
    fields.removeAll(keepingCapacity: true)
    begin()
  }
}
