private import CNghttp2
internal import Contract

/// What this side sends on its streams.
extension Nghttp2 {
  /// Queues a response; with a slot, its body is asked for as the windows allow.
  ///
  /// Values that hardly come again stay out of the compression table, unless `keepsUnique`.
  func respond(
    _ stream: Int32, status: Int, _ fields: FieldSection, keepsUnique: Bool, bodyOf slot: Int?
  ) throws(HTTP2Error) -> Bool {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    let result = unsafe withVectors(
      fields, status: status, keepsUnique: keepsUnique
    ) { vectors, count in
      guard let slot else {
        // SAFETY: as above.
        return unsafe nghttp2_submit_response(session, stream, vectors, count, nil)
      }
      // SAFETY: as above; the provider is copied too.
      var provider = unsafe Self.provider(slot)
      return unsafe nghttp2_submit_response(session, stream, vectors, count, &provider)
    }
    return try Self.accepted(result)
  }

  /// Queues an interim response (RFC 9110 §15.2).
  func inform(_ stream: Int32, status: Int, _ fields: FieldSection) throws(HTTP2Error) -> Bool {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    let result = unsafe withVectors(fields, status: status) { vectors, count in
      unsafe nghttp2_submit_headers(session, 0, stream, nil, vectors, count, nil)
    }
    return try Self.accepted(result)
  }

  /// Queues a request and names its stream; `nil` when no stream can be opened any longer.
  func request(
    _ fields: FieldSection, slot: Int, hasBody: Bool
  ) throws(HTTP2Error) -> Int32? {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    let stream = unsafe withVectors(fields, status: nil) { vectors, count in
      guard hasBody else {
        // SAFETY: as above; the user data is a slot's number.
        return unsafe nghttp2_submit_request(
          session, nil, vectors, count, nil, Self.userData(slot))
      }
      // SAFETY: as above; the provider is copied too.
      var provider = unsafe Self.provider(slot)
      return unsafe nghttp2_submit_request(
        session, nil, vectors, count, &provider, Self.userData(slot))
    }
    return try Self.accepted(stream) ? stream : nil
  }

  /// Queues trailers, which end the stream.
  func trailers(_ stream: Int32, _ fields: FieldSection) throws(HTTP2Error) {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    let result = unsafe withVectors(fields, status: nil) { vectors, count in
      unsafe nghttp2_submit_trailer(session, stream, vectors, count)
    }
    _ = try Self.accepted(result)
  }

  private static func provider(_ slot: Int) -> nghttp2_data_provider {
    // SAFETY: the pointer is a slot's number and never followed.
    unsafe nghttp2_data_provider(
      source: nghttp2_data_source(ptr: userData(slot)), read_callback: onBodyWanted)
  }
}

/// Runs `submit` with the fields, and before them the status, in the library's form.
private func withVectors(
  _ fields: FieldSection, status: Int?, keepsUnique: Bool = false,
  _ submit: (UnsafePointer<nghttp2_nv>, Int) -> Int32
) -> Int32 {
  let name: StaticString = ":status"
  let digits: InlineArray<3, UInt8> =
    [digit((status ?? 0) / 100), digit((status ?? 0) / 10), digit(status ?? 0)]
  // SAFETY: the vectors point to what stands still meanwhile and nghttp2 does not write to.
  return unsafe withUnsafeBytes(of: digits) { digits in
    unsafe fields.bytes.withUnsafeBytes { bytes in
      unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: fields.count + 1) { all in
        var count = 0
        if status != nil, let digits = digits.baseAddress {
          // SAFETY: the name lives for ever, and the digits are three.
          unsafe all.initializeElement(
            at: 0, to: vector(UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount, digits, 3))
          count = 1
        }
        var next = fields.entry(after: nil)
        while let entry = next, let base = bytes.baseAddress {
          // SAFETY: an entry's ranges lie within the bytes, and there is a vector for each entry.
          unsafe all.initializeElement(
            at: count,
            to: vector(
              base + entry.name.lowerBound, entry.name.count, base + entry.value.lowerBound,
              entry.value.count, isUnique: entry.isUnique && !keepsUnique))
          count += 1
          next = fields.entry(after: entry)
        }
        // SAFETY: as many vectors as `count` says were initialized.
        guard let first = all.baseAddress else { return NGHTTP2_ERR_NOMEM.rawValue }
        return unsafe submit(UnsafePointer(first), count)
      }
    }
  }
}

private func digit(_ number: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(number % 10) }

private func vector(
  _ name: UnsafeRawPointer, _ nameCount: Int, _ value: UnsafeRawPointer, _ valueCount: Int,
  isUnique: Bool = false
) -> nghttp2_nv {
  let flags = isUnique ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE
  // SAFETY: nothing is read here; the library only reads through these pointers.
  return unsafe nghttp2_nv(
    name: UnsafeMutableRawPointer(mutating: name).assumingMemoryBound(to: UInt8.self),
    value: UnsafeMutableRawPointer(mutating: value).assumingMemoryBound(to: UInt8.self),
    namelen: nameCount, valuelen: valueCount, flags: UInt8(flags.rawValue))
}

private func onBodyWanted(
  _: OpaquePointer?, _ stream: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int,
  _ flags: UnsafeMutablePointer<UInt32>?, _ source: UnsafeMutablePointer<nghttp2_data_source>?,
  _ user: UnsafeMutableRawPointer?
) -> Int {
  let failed = Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
  // SAFETY: nghttp2 passes valid pointers; the source is what `provider` made.
  guard let flags = unsafe flags, let slot = unsafe Nghttp2.slot(source?.pointee.ptr) else {
    return failed
  }
  var written = failed
  // SAFETY: the room is nghttp2's, for as many bytes as it says, during the call.
  let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: count)
  _ = unsafe Nghttp2.tell(user) { endpoint throws(HTTP2Error) in
    switch try unsafe endpoint.body(of: stream, slot: slot, into: room) {
    case .bytes(let count): written = count
    case .last(let count):
      // SAFETY: the flags are nghttp2's, to be written during the call.
      unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
      written = count
    case .lastBeforeTrailers(let count):
      // SAFETY: as above.
      unsafe flags.pointee |=
        NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      written = count
    case .later: written = Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    return 0
  }
  return written
}
