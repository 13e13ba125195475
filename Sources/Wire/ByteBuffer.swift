/// A growing run of bytes that are written once, in memory of its own or in memory that is lent.
///
/// An array would ask at every write whether somebody shares it. This has one owner, so a write is
/// a look at the room and a store.
@safe struct ByteBuffer: ~Copyable {
  /// How many bytes are written.
  private(set) var count = 0
  private var capacity: Int
  private var start: UnsafeMutablePointer<UInt8>
  private var isLent = false

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    // SAFETY: this value alone owns the memory from here on.
    unsafe start = .allocate(capacity: self.capacity)
  }

  /// A buffer that begins in `room`, which must outlive it; what does not fit goes to memory of its
  /// own.
  @unsafe init(in room: UnsafeMutableBufferPointer<UInt8>) {
    guard let first = room.baseAddress else { preconditionFailure("a room without a place") }
    // SAFETY: the caller lends all of it.
    unsafe start = first
    capacity = room.count
    isLent = true
  }

  deinit {
    // SAFETY: `init` or `grow` allocated it; bytes need no other end.
    if !isLent { unsafe start.deallocate() }
  }

  /// The byte at `index`, which was written.
  subscript(index: Int) -> UInt8 {
    get {
      precondition(index >= 0 && index < count, "a byte that was not written")
      // SAFETY: the check above.
      return unsafe start[index]
    }
    set {
      precondition(index >= 0 && index < count, "a byte that was not written")
      // SAFETY: the check above.
      unsafe start[index] = newValue
    }
  }

  /// Lets `body` read what was written.
  borrowing func withBytes<Result: ~Copyable>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    // SAFETY: `count` bytes were written, and the borrow keeps them in place.
    unsafe body(UnsafeBufferPointer(start: start, count: count))
  }

  /// The bytes from `first` on, as an array.
  borrowing func array(from first: Int = 0) -> [UInt8] {
    precondition(first >= 0 && first <= count, "bytes that were not written")
    var array: [UInt8] = []
    array.reserveCapacity(count - first)
    // SAFETY: the check above; the bytes are copied while the borrow keeps them in place.
    unsafe array.append(contentsOf: UnsafeBufferPointer(start: start + first, count: count - first))
    return array
  }

  /// The bytes written so far, leaving the buffer empty and its room in place.
  mutating func finish() -> [UInt8] {
    defer { count = 0 }
    return array()
  }

  /// Takes the bytes from `first` on out again.
  mutating func removeAll(from first: Int) -> [UInt8] {
    let removed = array(from: first)
    count = first
    return removed
  }

  /// Takes the last byte out again.
  mutating func removeLast() {
    precondition(count > 0, "a byte that was not written")
    count &-= 1
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if count == capacity { grow(by: 1) }
    // SAFETY: there is room for one more.
    unsafe start[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    // SAFETY: there is room for all of them, which no other memory overlaps.
    unsafe Self.copy(source, bytes.count, to: start + count)
    count &+= bytes.count
  }

  mutating func append(_ bytes: [UInt8]) {
    // SAFETY: the pointer is used only inside the closure, while `bytes` is alive.
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  mutating func append(_ bytes: Span<UInt8>) {
    // SAFETY: the pointer is used only inside the closure, while `bytes` is alive.
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    // SAFETY: the pointer is used only inside the closure, while `bytes` is alive.
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    // SAFETY: a static string with a pointer representation lives as long as the process.
    unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Copies bytes; most names on the wire are two words that overlap, which is less than a call.
  @inline(__always)
  private static func copy(
    _ source: UnsafePointer<UInt8>, _ count: Int, to place: UnsafeMutablePointer<UInt8>
  ) {
    // SAFETY: the same memory, as words.
    let (from, to) = unsafe (UnsafeRawPointer(source), UnsafeMutableRawPointer(place))
    guard count >= 8, count <= 16 else {
      // SAFETY: both have `count` bytes, and do not overlap.
      return unsafe to.copyMemory(from: from, byteCount: count)
    }
    // SAFETY: as above, and eight bytes are within `count` of them at either end.
    let first = unsafe from.loadUnaligned(as: UInt64.self)
    let last = unsafe from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    unsafe to.storeBytes(of: first, as: UInt64.self)
    // SAFETY: as above.
    unsafe to.storeBytes(of: last, toByteOffset: count &- 8, as: UInt64.self)
  }

  /// Lets `body` write into `room` bytes and takes as many as it says it wrote.
  @inline(__always)
  mutating func write(
    atMost room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) {
    reserve(room)
    // SAFETY: `room` bytes are behind what was written.
    let written = unsafe body(UnsafeMutableBufferPointer(start: start + count, count: room))
    precondition(written >= 0 && written <= room, "more was written than there was room for")
    count &+= written
  }

  @inline(__always)
  private mutating func reserve(_ room: Int) {
    if capacity &- count < room { grow(by: room) }
  }

  @inline(never)
  private mutating func grow(by room: Int) {
    // A short body grows fast, since each step copies all that is there.
    let larger = max(capacity * (capacity < 65_536 ? 4 : 2), count + room, 64)
    // SAFETY: what was written moves to the new memory, and the old one is left behind.
    let place = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe place.moveInitialize(from: start, count: count)
    // SAFETY: as above; lent memory is its lender's to free.
    if !isLent { unsafe start.deallocate() }
    unsafe start = place
    capacity = larger
    isLent = false
  }
}
