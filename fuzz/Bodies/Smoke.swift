/// Feeds a body with damaged inputs of its corpus, without libFuzzer's guidance.
package struct Smoke {
  private let seeds: [[UInt8]]
  // SplitMix64: the same inputs in every run.
  private var state: UInt64

  /// `seeds` are the inputs that are damaged; the same seed gives the same inputs.
  package init(_ seeds: [[UInt8]], seed: UInt64) {
    self.seeds = seeds.isEmpty ? [[]] : seeds
    state = seed
  }

  /// The next input.
  package mutating func next() -> [UInt8] {
    var bytes = seeds[below(seeds.count)]
    for _ in 0...below(6) { damage(&bytes) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let place = below(bytes.count + 1)
    switch below(6) {
    case 0: bytes.insert(UInt8(below(256)), at: place)
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
    case 2 where place < bytes.count: bytes[place] = UInt8(below(256))
    case 3 where place < bytes.count: bytes.remove(at: place)
    case 4: bytes.removeLast(bytes.count - place)
    default:
      let other = seeds[below(seeds.count)]
      bytes.insert(contentsOf: other.dropFirst(below(other.count + 1)).prefix(64), at: place)
    }
  }

  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((word ^ (word >> 31)) % UInt64(bound))
  }
}
