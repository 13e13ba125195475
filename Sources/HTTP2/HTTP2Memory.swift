/// Memory for the sessions of one thread: what they give back is kept by size for the next request.
///
/// The allocator of the system keeps seven blocks of a size at hand for a thread. A read of 32
/// requests takes more, and looking for them elsewhere cost a twentieth of a small request.
@safe package final class HTTP2Memory {
  // SAFETY: the object owns what its pointer points to.
  private let lists = UnsafeMutablePointer<BlockLists>.allocate(capacity: 1)

  /// Memory that keeps at most `keptBytesMax` bytes for later.
  package init(keptBytesMax: Int = 1 << 20) {
    // SAFETY: nothing was there before.
    unsafe lists.initialize(to: BlockLists(keptBytesMax: keptBytesMax))
  }

  deinit {
    // SAFETY: sessions keep this object, so none of them is left.
    unsafe lists.pointee.freeAll()
    unsafe lists.deallocate()
  }

  /// The bytes that are kept for later.
  var keptBytes: Int {
    // SAFETY: initialized above, and this object's own.
    unsafe lists.pointee.keptBytes
  }

  /// The lists, for the time that a session calls back.
  // SAFETY: whoever holds it keeps this object too.
  @unsafe var address: UnsafeMutablePointer<BlockLists> { unsafe lists }
}

/// Blocks that were given back, in a list for each size.
///
/// Before the bytes of a block stand the place of its list and its length; while nobody uses it,
/// its first bytes are the block behind it in the list.
@safe struct BlockLists {
  /// What stands before the bytes of a block; it keeps them aligned for every type.
  private static let headBytes = 16
  /// Lengths of blocks that are kept are multiples of this.
  private static let stepBytes = 64
  private static let places = 16

  // SAFETY: no block is in a list yet.
  private var first = unsafe InlineArray<16, UnsafeMutableRawPointer?>(repeating: nil)
  private(set) var keptBytes = 0
  private let keptBytesMax: Int

  init(keptBytesMax: Int) {
    self.keptBytesMax = keptBytesMax
  }

  /// A block of at least `count` bytes.
  mutating func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let place = max(count &- 1, 0) / Self.stepBytes
    // SAFETY: a block in a list has the length of that list, and nobody uses it.
    if place < Self.places, let block = unsafe first[place] {
      unsafe first[place] = block.load(as: UnsafeMutableRawPointer?.self)
      keptBytes &-= (place &+ 1) &* Self.stepBytes
      // SAFETY: as above.
      return unsafe block
    }
    let length = place < Self.places ? (place + 1) * Self.stepBytes : count
    // SAFETY: the head is inside of what was just made.
    let start = UnsafeMutableRawPointer.allocate(
      byteCount: Self.headBytes + length, alignment: Self.headBytes)
    unsafe start.storeBytes(of: place, as: Int.self)
    unsafe start.storeBytes(of: length, toByteOffset: 8, as: Int.self)
    return unsafe start + Self.headBytes
  }

  /// Takes back a block of `allocate`.
  mutating func free(_ block: UnsafeMutableRawPointer) {
    // SAFETY: the head stands before the bytes of every block.
    let (place, length) = unsafe Self.head(block)
    guard place < Self.places, keptBytes &+ length <= keptBytesMax else {
      // SAFETY: it was allocated with its head, and is nobody's any more.
      return unsafe (block - Self.headBytes).deallocate()
    }
    // SAFETY: the shortest block has room for a pointer.
    unsafe block.storeBytes(of: first[place], as: UnsafeMutableRawPointer?.self)
    unsafe first[place] = block
    keptBytes &+= length
  }

  /// A block of at least `count` bytes with what `block` holds, which is given up.
  mutating func reallocate(
    _ block: UnsafeMutableRawPointer, _ count: Int
  ) -> UnsafeMutableRawPointer {
    // SAFETY: as above.
    let (_, length) = unsafe Self.head(block)
    if count <= length { return unsafe block }
    // SAFETY: the old block has `length` bytes, and the new one more than that.
    let larger = unsafe allocate(count)
    unsafe larger.copyMemory(from: block, byteCount: length)
    unsafe free(block)
    return unsafe larger
  }

  /// Gives all that is kept back to the system.
  mutating func freeAll() {
    for place in 0..<Self.places {
      // SAFETY: as in `allocate` and `free`.
      while let block = unsafe first[place] {
        unsafe first[place] = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe (block - Self.headBytes).deallocate()
      }
    }
    keptBytes = 0
  }

  private static func head(_ block: UnsafeMutableRawPointer) -> (place: Int, length: Int) {
    // SAFETY: the head stands before the bytes of every block.
    let start = unsafe block - headBytes
    return unsafe (start.load(as: Int.self), start.load(fromByteOffset: 8, as: Int.self))
  }
}
