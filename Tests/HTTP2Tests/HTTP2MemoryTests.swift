import Testing

@testable import HTTP2

@Suite("Memory of sessions")
struct HTTP2MemoryTests {
  /// A block and what was written into it.
  @safe private struct Block {
    private var start: UnsafeMutableRawPointer
    private var count: Int
    private let mark: UInt8

    init(_ lists: inout BlockLists, count: Int, mark: UInt8) {
      // SAFETY: the block has as many bytes as were asked for.
      unsafe start = lists.allocate(count)
      unsafe start.initializeMemory(as: UInt8.self, repeating: mark, count: count)
      self.count = count
      self.mark = mark
    }

    // SAFETY: the address is a number here.
    var isAligned: Bool { unsafe Int(bitPattern: start) % 16 == 0 }

    var isWhole: Bool {
      // SAFETY: as many bytes as were written.
      unsafe UnsafeRawBufferPointer(start: start, count: count).allSatisfy { $0 == mark }
    }

    mutating func resize(_ lists: inout BlockLists, to larger: Int) {
      // SAFETY: the block is nobody else's, and its bytes move along.
      unsafe start = lists.reallocate(start, larger)
      count = min(count, larger)
    }

    func giveBack(_ lists: inout BlockLists) {
      // SAFETY: it was allocated, and is not used after this.
      unsafe lists.free(start)
    }
  }

  /// Deterministic, and as good as a test needs.
  private struct Random {
    var state: UInt64 = 42
    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  @Test("blocks keep what was written in them until they are given back")
  func keepsBytes() {
    var lists = BlockLists(keptBytesMax: 10_000)
    var random = Random()
    var blocks: [Block] = []
    var isSound = true
    for step in 0..<20_000 {
      if blocks.count < 5 || random.next(2) == 0 && blocks.count < 200 {
        let mark = UInt8(truncatingIfNeeded: step)
        blocks.append(Block(&lists, count: random.next(1_500), mark: mark))
        isSound = isSound && blocks[blocks.count - 1].isAligned
      } else {
        var block = blocks.remove(at: random.next(blocks.count))
        if random.next(3) == 0 { block.resize(&lists, to: random.next(2_000)) }
        isSound = isSound && block.isWhole
        block.giveBack(&lists)
        isSound = isSound && lists.keptBytes <= 10_000
      }
    }
    #expect(isSound)
    for block in blocks { block.giveBack(&lists) }
    #expect(lists.keptBytes > 0)
    lists.freeAll()
    #expect(lists.keptBytes == 0)
  }

  @Test("a block that was given back is given again, and no more than the limit is kept")
  func reuses() {
    var lists = BlockLists(keptBytesMax: 128)
    // SAFETY: blocks are compared by their address alone.
    let first = unsafe lists.allocate(100)
    unsafe lists.free(first)
    #expect(lists.keptBytes == 128)
    // SAFETY: as above.
    let again = unsafe lists.allocate(128)
    #expect(unsafe first == again && lists.keptBytes == 0)
    // SAFETY: as above.
    let other = unsafe lists.allocate(65)
    unsafe lists.free(again)
    unsafe lists.free(other)
    #expect(lists.keptBytes == 128)
    lists.freeAll()
  }

  @Test("sessions share it, one after the other, and it outlives none of its users")
  func servesSessions() throws {
    var memory: HTTP2Memory? = HTTP2Memory()
    for _ in 0..<3 {
      let session = try HTTP2Session(limits: HTTP2Limits(), memory: memory)
      var out: [UInt8] = []
      session.pending(into: &out, atMost: 1_000)
      try session.receive((Frame.clientPreface + Frame.settings().bytes).span, at: 0)
      #expect(!out.isEmpty)
      memory = memory.flatMap { $0.keptBytes >= 0 ? $0 : nil }
    }
    let last = try HTTP2Session(limits: HTTP2Limits(), memory: memory)
    memory = nil
    try last.receive((Frame.clientPreface + Frame.settings().bytes).span, at: 0)
    #expect(last.wantsWrite)
  }
}
