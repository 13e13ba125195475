private import CNghttp2
internal import Contract

/// What this side sends on its streams.
extension Nghttp2 {
  /// Queues a response; with a slot, its body is asked for as the windows allow.
  ///
  /// The fields stay where `held` has put them and are read there until the stream closes. Values
  /// that hardly come again stay out of the compression table, unless `keepsUnique`.
  func respond(
    _ stream: Int32, _ fields: FieldSection, heldAt place: UnsafeRawPointer, keepsUnique: Bool,
    bodyOf slot: Int?
  ) throws(HTTP2Error) -> Bool {
    let name: StaticString = ":status"
    // SAFETY: the place holds the digits of the status and behind them the fields' arena.
    let status = unsafe Vector(
      name: UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount, value: place, 3,
      [.isHeld, .keepsUnique])
    // SAFETY: nghttp2 copies the vectors before it returns, and keeps their pointers.
    let result = unsafe withVectors(
      fields, at: place + HeldFields.arenaOffset, after: status,
      keepsUnique ? [.isHeld, .keepsUnique] : .isHeld
    ) { vectors, count in
      // SAFETY: as above.
      unsafe submit(stream, vectors, count, bodyOf: slot)
    }
    return try Self.accepted(result)
  }

  /// Queues a response whose own values are at `place`, where they stay until the stream closes, as
  /// the shared fields do where they are.
  func respond(
    _ stream: Int32, _ head: AnswerHead, heldAt place: UnsafeRawPointer, keepsUnique: Bool,
    bodyOf slot: Int?
  ) throws(HTTP2Error) -> Bool {
    let count = head.shared.fields.count + 3
    // SAFETY: `held` has put the values where its offsets say, and all names are static text.
    let result = unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: count) { all in
      guard let start = all.baseAddress else { return NGHTTP2_ERR_NOMEM.rawValue }
      var end = unsafe start
      // SAFETY: there is a place for each field of the head.
      func add(_ name: StaticString, _ value: UnsafeRawPointer, _ count: Int, _ way: Vector.Way) {
        unsafe end.initialize(
          to: Vector(
            name: UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount, value: value, count, way
          ).native)
        // SAFETY: as above.
        unsafe end += 1
      }
      unsafe add(":status", place, 3, [.isHeld, .keepsUnique])
      // SAFETY: as above.
      unsafe end = head.shared.fields.copy(to: end)
      if let digits = head.lengthDigits {
        // SAFETY: as above.
        unsafe add(
          "content-length", place + HeldFields.lengthOffset, digits, [.isHeld, .keepsUnique])
      }
      // SAFETY: as above.
      unsafe add(
        head.uniqueName, place + HeldFields.uniqueOffset, UUIDv7.textBytes,
        keepsUnique ? [.isHeld, .keepsUnique] : .isHeld)
      // SAFETY: the vectors lie between the two.
      return unsafe submit(stream, start, end - start, bodyOf: slot)
    }
    return try Self.accepted(result)
  }

  private func submit(
    _ stream: Int32, _ vectors: UnsafePointer<nghttp2_nv>, _ count: Int, bodyOf slot: Int?
  ) -> Int32 {
    guard let slot else {
      // SAFETY: nghttp2 copies the vectors before it returns.
      return unsafe nghttp2_submit_response(session, stream, vectors, count, nil)
    }
    // SAFETY: as above; the provider is copied too.
    var provider = unsafe Self.provider(slot)
    return unsafe nghttp2_submit_response(session, stream, vectors, count, &provider)
  }

  /// Queues an interim response (RFC 9110 §15.2).
  func inform(_ stream: Int32, status: Int, _ fields: FieldSection) throws(HTTP2Error) -> Bool {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    var held = HeldFields()
    let place = unsafe held.hold(status, fields)
    let name: StaticString = ":status"
    // SAFETY: as above.
    let first = unsafe Vector(
      name: UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount, value: place, 3, .keepsUnique)
    let result = unsafe withVectors(
      fields, at: place + HeldFields.arenaOffset, after: first, []
    ) { vectors, count in
      // SAFETY: as above.
      unsafe nghttp2_submit_headers(session, 0, stream, nil, vectors, count, nil)
    }
    // Nothing above uses the value itself, and its memory goes with it.
    withExtendedLifetime(held) {}
    return try Self.accepted(result)
  }

  /// Queues a request and names its stream; `nil` when no stream can be opened any longer.
  func request(
    _ fields: FieldSection, slot: Int, hasBody: Bool
  ) throws(HTTP2Error) -> Int32? {
    // SAFETY: nghttp2 copies the vectors and what they point to before it returns.
    let stream = unsafe withVectors(fields) { vectors, count in
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
    let result = unsafe withVectors(fields) { vectors, count in
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

private typealias Submission = (UnsafePointer<nghttp2_nv>, Int) -> Int32

/// Runs `submit` with the fields in the library's form, which it copies.
private func withVectors(_ fields: FieldSection, _ submit: Submission) -> Int32 {
  // SAFETY: the fields stand still meanwhile, and nghttp2 does not write to them.
  unsafe fields.bytes.withUnsafeBytes { bytes in
    guard let first = bytes.baseAddress else { return NGHTTP2_ERR_INVALID_ARGUMENT.rawValue }
    return unsafe withVectors(fields, at: first, after: nil, [], submit)
  }
}

/// Runs `submit` with the fields, whose arena is at `arena`, behind `first` in the library's form.
private func withVectors(
  _ fields: FieldSection, at arena: UnsafeRawPointer, after first: Vector?, _ way: Vector.Way,
  _ submit: Submission
) -> Int32 {
  // SAFETY: an entry's ranges lie within the arena, and there is a vector for each entry.
  unsafe withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: fields.count + 1) { all in
    guard let start = all.baseAddress else { return NGHTTP2_ERR_NOMEM.rawValue }
    var count = 0
    // SAFETY: as above.
    if let first = unsafe first {
      unsafe (start + count).initialize(to: first.native)
      count += 1
    }
    var place = 0
    while place < fields.used {
      let lengths = fields.lengths(at: place)
      let name = place + FieldLengths.bytes
      let value = name + lengths.name
      let own = lengths.isUnique ? way : way.union(.keepsUnique)
      // SAFETY: as above.
      let vector = unsafe Vector(
        name: arena + name, lengths.name, value: arena + value, lengths.value, own)
      // SAFETY: as above.
      unsafe (start + count).initialize(to: vector.native)
      count += 1
      place = value + lengths.value
    }
    // SAFETY: as many vectors as `count` says were initialized.
    return unsafe submit(UnsafePointer(start), count)
  }
}

/// Fields in the library's form, with the bytes that they point to.
@safe struct NativeFields: ~Copyable {
  private let arena: UnsafeMutableRawPointer
  private let vectors: UnsafeMutableBufferPointer<nghttp2_nv>

  /// How many fields there are.
  var count: Int {
    // SAFETY: only the count is read.
    unsafe vectors.count
  }

  init(_ fields: FieldSection) {
    let arena = UnsafeMutableRawPointer.allocate(byteCount: max(fields.used, 1), alignment: 8)
    let vectors = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: fields.count)
    // SAFETY: the arena has room for what the section uses, and there is a vector for each field.
    unsafe fields.bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe arena.copyMemory(from: first, byteCount: fields.used)
    }
    // SAFETY: as above.
    _ = unsafe withVectors(fields, at: arena, after: nil, [.isHeld, .keepsUnique]) { made, count in
      // SAFETY: as above.
      _ = unsafe vectors.initialize(from: UnsafeBufferPointer(start: made, count: count))
      return 0
    }
    // SAFETY: this value alone owns both.
    unsafe self.arena = arena
    unsafe self.vectors = vectors
  }

  deinit {
    // SAFETY: answers keep the object that owns this as long as they are read.
    unsafe vectors.deallocate()
    unsafe arena.deallocate()
  }

  /// Copies the vectors to `place`, where there is room for them; gives the place behind them.
  fileprivate borrowing func copy(
    to place: UnsafeMutablePointer<nghttp2_nv>
  ) -> UnsafeMutablePointer<nghttp2_nv> {
    // SAFETY: the caller has made room.
    guard let first = unsafe vectors.baseAddress else { return unsafe place }
    unsafe place.initialize(from: first, count: vectors.count)
    return unsafe place + vectors.count
  }
}

/// A field in the library's form.
@unsafe private struct Vector {
  /// How the library may treat it.
  struct Way: OptionSet {
    let rawValue: UInt8
    /// It is kept where it is as long as the library may read it.
    static let isHeld = Way(rawValue: 1 << 0)
    /// Its value may go into the compression table.
    static let keepsUnique = Way(rawValue: 1 << 1)
  }

  let native: nghttp2_nv

  init(
    name: UnsafeRawPointer, _ nameCount: Int, value: UnsafeRawPointer, _ valueCount: Int, _ way: Way
  ) {
    var flags = NGHTTP2_NV_FLAG_NONE.rawValue
    if !way.contains(.keepsUnique) { flags |= NGHTTP2_NV_FLAG_NO_INDEX.rawValue }
    if way.contains(.isHeld) {
      flags |=
        NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    }
    // SAFETY: nothing is read here; the library only reads through these pointers.
    unsafe native = nghttp2_nv(
      name: UnsafeMutableRawPointer(mutating: name).assumingMemoryBound(to: UInt8.self),
      value: UnsafeMutableRawPointer(mutating: value).assumingMemoryBound(to: UInt8.self),
      namelen: nameCount, valuelen: valueCount, flags: UInt8(truncatingIfNeeded: flags))
  }
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
