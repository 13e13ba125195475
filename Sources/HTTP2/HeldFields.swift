internal import Contract

/// The head of an answer, where the frame engine reads it: it keeps pointers instead of copies.
///
/// The engine reads the fields of a stream that is open, and no others; a slot is given to another
/// stream only once its own has closed.
@safe struct HeldFields: ~Copyable {
  /// Where the arena of the fields begins, behind the digits of the status.
  static let arenaOffset = 8
  /// Where the digits of a length are.
  static let lengthOffset = 8
  /// Where a unique value is.
  static let uniqueOffset = 32

  /// Bytes of the first memory: most answers' heads fit in.
  private static let roomAtFirst = 128

  private var start: UnsafeMutableRawPointer?
  private var capacity = 0

  init() {
    // SAFETY: there is no memory yet.
    unsafe start = nil
  }

  deinit {
    // SAFETY: `hold` allocated it; bytes need no other end.
    unsafe start?.deallocate()
  }

  /// Puts the status and the fields in the place of those before, and says where they are.
  mutating func hold(_ status: Int, _ fields: FieldSection) -> UnsafeRawPointer {
    // SAFETY: nobody reads what was held before: its stream has closed.
    let place = unsafe room(for: Self.arenaOffset + fields.used)
    // SAFETY: there is room for the three digits and, behind them, for what the section uses.
    unsafe Self.store(status, digits: 3, to: place)
    // SAFETY: as above.
    unsafe fields.bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe (place + Self.arenaOffset).copyMemory(from: first, byteCount: fields.used)
    }
    return UnsafeRawPointer(place)
  }

  /// Puts the values that are this answer's own in the place of what was held before.
  mutating func hold(_ head: AnswerHead) -> UnsafeRawPointer {
    // SAFETY: nobody reads what was held before: its stream has closed.
    let place = unsafe room(for: Self.uniqueOffset + UUIDv7.textBytes)
    // SAFETY: there is room for all three values at their offsets.
    unsafe Self.store(head.status, digits: 3, to: place)
    if let length = head.contentLength, let digits = head.lengthDigits {
      unsafe Self.store(length, digits: digits, to: place + Self.lengthOffset)
    }
    // SAFETY: as above.
    unsafe (place + Self.uniqueOffset).storeBytes(
      of: head.unique.ascii, as: InlineArray<36, UInt8>.self)
    return UnsafeRawPointer(place)
  }

  /// Puts the decimal digits of a number at `place`.
  private static func store(_ number: Int, digits: Int, to place: UnsafeMutableRawPointer) {
    var rest = UInt(bitPattern: number)
    for index in (0..<digits).reversed() {
      // SAFETY: the caller has room for as many digits.
      unsafe place.storeBytes(
        of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10), toByteOffset: index,
        as: UInt8.self)
      rest /= 10
    }
  }

  /// Gives the memory back when it is longer than `keeping` bytes.
  mutating func release(keeping: Int) {
    guard capacity > keeping else { return }
    // SAFETY: nobody reads it any longer: its stream has closed.
    unsafe start?.deallocate()
    unsafe start = nil
    capacity = 0
  }

  private mutating func room(for count: Int) -> UnsafeMutableRawPointer {
    // SAFETY: the memory is this value's own.
    if let start = unsafe start, count <= capacity { return unsafe start }
    release(keeping: 0)
    capacity = max(count, Self.roomAtFirst)
    let made = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    // SAFETY: nothing else owns what was just made.
    unsafe start = made
    return unsafe made
  }
}
