/// Text and bytes of a statement's parameters, one behind the other, where SQLite reads them.
///
/// SQLite would copy each into an allocation of its own, which took a tenth of an insertion.
@safe
struct BoundBytes: ~Copyable {
  /// What is kept for the next run; more is given back.
  private static let keptMax = 16_384

  // SAFETY: an empty buffer points nowhere.
  private var room = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var used = 0

  deinit {
    // SAFETY: this value is the only owner.
    unsafe room.deallocate()
  }

  /// Makes room for the text and the bytes of `values`, which then must not move.
  mutating func prepare(for values: [SQLValue]) {
    used = 0
    let count = values.reduce(0) { $0 + $1.heldBytes }
    // SAFETY: only the count is read, and nobody reads what was held before.
    guard unsafe count > room.count else { return }
    unsafe room.deallocate()
    unsafe room = .allocate(byteCount: max(count, 256), alignment: 1)
  }

  /// Holds a copy of the text; good until `prepare` or `release`.
  @unsafe mutating func hold(_ text: String) -> UnsafeRawBufferPointer {
    var text = text
    // SAFETY: the copy is taken before the borrow ends.
    return text.withUTF8 { unsafe hold(UnsafeRawBufferPointer($0)) }
  }

  /// Holds a copy of the bytes; good until `prepare` or `release`.
  @unsafe mutating func hold(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    // SAFETY: the copy is taken before the borrow ends.
    unsafe bytes.withUnsafeBytes { unsafe hold($0) }
  }

  private mutating func hold(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let end = used + bytes.count
    // SAFETY: only the count is read.
    precondition(unsafe end <= room.count, "more is held than room was made for")
    // SAFETY: the range is inside the room.
    let place = unsafe UnsafeMutableRawBufferPointer(rebasing: room[used..<end])
    unsafe place.copyMemory(from: bytes)
    used = end
    return UnsafeRawBufferPointer(place)
  }

  /// Forgets what was held.
  mutating func release() {
    used = 0
    // SAFETY: only the count is read, and nobody reads what was held before.
    guard unsafe room.count > Self.keptMax else { return }
    unsafe room.deallocate()
    unsafe room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }
}

extension SQLValue {
  /// How many bytes a statement holds of it.
  fileprivate var heldBytes: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .blob(let bytes): bytes.count
    case .null, .integer, .real: 0
    }
  }
}
