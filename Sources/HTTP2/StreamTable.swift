/// The streams of one connection: reused slots, found by an index that a generation keeps honest.
struct StreamTable {
  /// The slots, in use or free; an index is good as long as its stream is open.
  var slots: [StreamSlot] = []
  private var free: [UInt32] = []
  private var newestGeneration: UInt32 = 0

  /// How many streams are open.
  var openCount: Int { slots.count - free.count }

  /// Takes a slot for `stream`.
  mutating func open(_ stream: Int32) -> Int {
    newestGeneration &+= 1
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
    } else {
      index = slots.count
      slots.append(StreamSlot())
    }
    slots[index].stream = stream
    slots[index].generation = newestGeneration
    return index
  }

  /// Gives the slot back; its storage stays for the next stream up to `keeping` bytes.
  mutating func close(_ index: Int, keeping: Int) {
    slots[index].clear(keeping: keeping)
    free.append(UInt32(truncatingIfNeeded: index))
  }

  /// The slot's key while its stream is open.
  func key(_ index: Int) -> StreamKey {
    StreamKey(
      index: UInt32(truncatingIfNeeded: index), generation: slots[index].generation)
  }

  /// The slot that `key` names; `nil` once its stream has closed.
  func index(of key: StreamKey) -> Int? {
    let index = Int(key.index)
    guard index < slots.count, slots[index].generation == key.generation,
      slots[index].stream != 0
    else { return nil }
    return index
  }

  /// The slot of `stream` when `index` is right about it.
  func index(_ index: Int?, of stream: Int32) -> Int? {
    guard let index, index < slots.count, slots[index].stream == stream else { return nil }
    return index
  }

  /// Gives the storage of all slots back to the system, when no stream is open.
  mutating func trim() {
    guard openCount == 0 else { return }
    slots = []
    free = []
  }
}
