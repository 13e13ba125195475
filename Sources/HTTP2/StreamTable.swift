/// The streams of one connection: reused slots, found by an index that a generation keeps honest.
@safe struct StreamTable: ~Copyable {
  /// The slots, in use or free; an index is good as long as its stream is open.
  // SAFETY: an empty buffer points nowhere.
  private var slots = unsafe UnsafeMutableBufferPointer<StreamSlot>(start: nil, count: 0)
  private var capacity = 0
  private var count = 0
  private var free: [UInt32] = []
  private var newestGeneration: UInt32 = 0

  /// How many slots there are room for at first.
  private static let capacityAtFirst = 4

  init() {}

  deinit { release() }

  /// How many streams are open.
  var openCount: Int { count - free.count }

  /// Every index that was ever in use.
  var indices: Range<Int> { 0..<count }

  /// The slot at `index`, where it lies.
  subscript(index: Int) -> StreamSlot {
    // SAFETY: `address` checks the index; the table stays where it is while an access lasts.
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address(index)) }
    @inline(__always) unsafeMutableAddress { unsafe address(index) }
  }

  // SAFETY: all slots below the count are initialized, and there is a buffer when there are any.
  @inline(__always)
  private func address(_ index: Int) -> UnsafeMutablePointer<StreamSlot> {
    guard index >= 0, index < count, let first = unsafe slots.baseAddress else {
      preconditionFailure("no slot has the index \(index)")
    }
    // SAFETY: the index is below the count.
    return unsafe first + index
  }

  /// Lets `body` work on the slot at `index`, which is looked up once for all of it.
  @inline(__always)
  mutating func update<Result>(_ index: Int, _ body: (inout StreamSlot) -> Result) -> Result {
    // SAFETY: `address` checks the index; the table stays where it is while `body` works.
    unsafe body(&address(index).pointee)
  }

  /// Takes a slot for `stream`.
  mutating func open(_ stream: Int32) -> Int {
    newestGeneration &+= 1
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
    } else {
      index = count
      if count == capacity { grow() }
      // SAFETY: there is room, and nothing was initialized there.
      unsafe slots.initializeElement(at: index, to: StreamSlot())
      count += 1
    }
    let generation = newestGeneration
    update(index) { slot in
      slot.stream = stream
      slot.generation = generation
    }
    return index
  }

  /// Gives the slot back; its storage stays for the next stream up to `keeping` bytes.
  mutating func close(_ index: Int, keeping: Int) {
    update(index) { $0.clear(keeping: keeping) }
    free.append(UInt32(truncatingIfNeeded: index))
  }

  /// The slot's key while its stream is open.
  func key(_ index: Int) -> StreamKey {
    StreamKey(index: UInt32(truncatingIfNeeded: index), generation: self[index].generation)
  }

  /// The slot that `key` names; `nil` once its stream has closed.
  func index(of key: StreamKey) -> Int? {
    let index = Int(key.index)
    guard index < count, self[index].generation == key.generation, self[index].stream != 0
    else { return nil }
    return index
  }

  /// The slot of `stream` when `index` is right about it.
  @inline(__always)
  func index(_ index: Int?, of stream: Int32) -> Int? {
    guard let index, index < count, self[index].stream == stream else { return nil }
    return index
  }

  /// Gives the storage of all slots back to the system, when no stream is open.
  mutating func trim() {
    guard openCount == 0 else { return }
    release()
    // SAFETY: an empty buffer points nowhere.
    unsafe slots = UnsafeMutableBufferPointer(start: nil, count: 0)
    capacity = 0
    count = 0
    free = []
  }

  private mutating func grow() {
    capacity = max(Self.capacityAtFirst, capacity * 2)
    // SAFETY: all slots below the count are initialized; they move, and their old place is left.
    let larger = UnsafeMutableBufferPointer<StreamSlot>.allocate(capacity: capacity)
    _ = unsafe larger.moveInitialize(fromContentsOf: slots.extracting(0..<count))
    unsafe slots.deallocate()
    unsafe slots = larger
  }

  private func release() {
    // SAFETY: all slots below the count are initialized, and nobody uses them after this.
    _ = unsafe slots.extracting(0..<count).deinitialize()
    unsafe slots.deallocate()
  }
}
