import Testing

@testable import Gateway
@testable import HTTP2

@Suite("Values by stream")
struct StreamMapTests {
  private func key(_ index: UInt32, _ generation: UInt32) -> StreamKey {
    StreamKey(index: index, generation: generation)
  }

  @Test("a value is found by its own stream alone")
  func finds() {
    var map = StreamMap<Int>()
    #expect(map.isEmpty)
    map[key(3, 1)] = 31
    map[key(0, 2)] = 2
    #expect(map[key(3, 1)] == 31)
    #expect(map[key(3, 2)] == nil)
    #expect(map[key(9, 1)] == nil)
    #expect(map.count == 2)
    #expect(map.values.sorted() == [2, 31])
    #expect(map.all.map(\.stream) == [key(0, 2), key(3, 1)])
  }

  @Test("what is taken away is gone, and a key that is out of date takes nothing")
  func removes() {
    var map = StreamMap<Int>()
    map[key(1, 1)] = 11
    #expect(map.removeValue(forKey: key(1, 2)) == nil)
    #expect(map.removeValue(forKey: key(1, 1)) == 11)
    #expect(map.removeValue(forKey: key(1, 1)) == nil)
    #expect(map.isEmpty)
    map[key(1, 2)] = 12
    map[key(1, 3)] = 13
    #expect(map.count == 1)
    map[key(1, 3)] = nil
    #expect(map.isEmpty)
    #expect(Array(map.values) == [])
  }
}
