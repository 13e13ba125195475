/// A growing run of bytes that keeps its room between uses.
///
/// The array is as long as its room, so that writing is a bounds check and a store; `count` says
/// how much of it is written.
struct ByteBuffer: Sendable {
  private(set) var count = 0
  private var storage: [UInt8]

  init(capacity: Int) {
    storage = [UInt8](repeating: 0, count: capacity)
  }

  /// The bytes written so far.
  var bytes: ArraySlice<UInt8> { storage[0..<count] }

  /// The bytes written so far, leaving the buffer empty and its room in place.
  mutating func finish() -> [UInt8] {
    defer { count = 0 }
    return [UInt8](storage[0..<count])
  }

  /// The bytes written so far without another copy, for a buffer that is not used again.
  mutating func take() -> [UInt8] {
    storage.removeLast(storage.count - count)
    count = 0
    var taken: [UInt8] = []
    swap(&taken, &storage)
    return taken
  }

  /// Takes the bytes from `start` on out again.
  mutating func removeAll(from start: Int) -> [UInt8] {
    defer { count = start }
    return [UInt8](storage[start..<count])
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if count == storage.count { grow(by: 1) }
    storage[count] = byte
    count += 1
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    // SAFETY: the closure writes `bytes.count` bytes, which is the room it asks for.
    unsafe write(atMost: bytes.count) { room in
      guard let target = room.baseAddress, let source = bytes.baseAddress else { return 0 }
      // SAFETY: `room` holds at least `bytes.count` bytes, and an array's room cannot overlap the
      // source.
      unsafe target.update(from: source, count: bytes.count)
      return bytes.count
    }
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

  mutating func replaceByte(at index: Int, with byte: UInt8) {
    precondition(index < count, "a byte that was not written")
    storage[index] = byte
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    // SAFETY: a static string with a pointer representation lives as long as the process.
    unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Lets `body` write into `room` bytes and takes as many as it says it wrote.
  @inline(__always)
  mutating func write(
    atMost room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) {
    if storage.count - count < room { grow(by: room) }
    let start = count
    // SAFETY: it was just made sure that `room` bytes are behind `start`.
    let written = unsafe storage.withUnsafeMutableBufferPointer { whole in
      let place = unsafe whole.baseAddress.map { unsafe $0 + start }
      return unsafe body(UnsafeMutableBufferPointer(start: place, count: room))
    }
    count += written
  }

  @inline(never)
  private mutating func grow(by room: Int) {
    let wanted = max(storage.count * 2, count + room, 64)
    var larger: [UInt8] = []
    larger.reserveCapacity(wanted)
    larger.append(contentsOf: storage[0..<count])
    larger.append(contentsOf: repeatElement(0, count: wanted - count))
    storage = larger
  }
}
