import Wire

/// The values that codecs are compared on; the same in every run.
enum DataSets {
  /// A list of events, about a megabyte of JSON.
  struct Events: Coded {
    let events: [Run.Event]
  }

  /// Four maps inside each other.
  typealias Four<Inner> = TextMap<TextMap<TextMap<TextMap<Inner>>>>

  /// Maps inside each other, 24 deep.
  struct Forest: Coded {
    let trees: [Four<Four<Four<Four<Four<Four<Int>>>>>>]
  }

  struct Message: Coded {
    let id: UInt64
    let name: String
    let digests: [ByteString]
    let chunks: [ByteString]
  }

  struct Numbers: Coded {
    let small: [Int]
    let large: [Int]
    let doubles: [Double]
  }

  struct Article: Coded {
    let title: String
    let paragraphs: [String]
  }

  static func events() throws -> Events {
    let run = try Run(json: [UInt8](text.utf8))
    return Events(
      events: (0..<8_000).map { index in
        let event = run.events[index % run.events.count]
        return Run.Event(
          seq: index, type: event.type, ts: event.ts, spanID: event.spanID,
          text: "token \(index) of the output")
      })
  }

  static func deep() -> Forest {
    func four<Inner>(_ inner: Inner) -> Four<Inner> {
      ["left": ["right": ["level": ["next": inner]]]]
    }
    return Forest(trees: (0..<200).map { four(four(four(four(four(four($0)))))) })
  }

  static func bytes() -> Message {
    var chance = Chance()
    return Message(
      id: chance.next(), name: "firmware.bin",
      digests: (0..<200).map { _ in ByteString(chance.bytes(32)) },
      chunks: (0..<100).map { _ in ByteString(chance.bytes(1_024)) })
  }

  static func numbers() -> Numbers {
    var chance = Chance()
    return Numbers(
      small: (0..<2_000).map { _ in Int(chance.next() % 300) },
      large: (0..<2_000).map { _ in Int(truncatingIfNeeded: chance.next()) >> 3 },
      doubles: (0..<2_000).map { _ in Double(chance.next() >> 11) / 1024 })
  }

  static func chinese() -> Article {
    var chance = Chance()
    let signs = Array("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经")
    return Article(
      title: "知识图谱与智能体平台",
      paragraphs: (0..<300).map { _ in
        String((0..<120).map { _ in signs[Int(chance.next() % UInt64(signs.count))] })
      })
  }

  /// SplitMix64.
  private struct Chance {
    private var state: UInt64 = 2_026

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
  }
}
