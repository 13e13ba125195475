internal import Contract

/// The head of an answer, where the frame engine reads it: it keeps pointers instead of copies.
///
/// The engine reads the fields of a stream that is open, and no others; a slot is given to another
/// stream only once its own has closed.
@safe struct HeldFields: ~Copyable {
  /// Where the arena of the fields begins, behind the digits of the status.
  static let arenaOffset = 8

  /// Bytes of the first memory: most answers' heads fit in.
  private static let roomAtFirst = 256

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
    unsafe place.storeBytes(of: Self.digit(status / 100), toByteOffset: 0, as: UInt8.self)
    unsafe place.storeBytes(of: Self.digit(status / 10), toByteOffset: 1, as: UInt8.self)
    unsafe place.storeBytes(of: Self.digit(status), toByteOffset: 2, as: UInt8.self)
    // SAFETY: as above.
    unsafe fields.bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe (place + Self.arenaOffset).copyMemory(from: first, byteCount: fields.used)
    }
    return UnsafeRawPointer(place)
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

  private static func digit(_ number: Int) -> UInt8 {
    UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10)
  }
}
