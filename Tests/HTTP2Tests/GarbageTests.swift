import Contract
import Testing

@testable import HTTP2

@Suite("Garbage")
struct GarbageTests {
  /// SplitMix64, so that a failing input can be had again from its number.
  struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }
  }

  /// A conversation with everything in it, to be damaged.
  private static let conversation: [UInt8] =
    Exchange.all.filter { if case .answered = $0.outcome { true } else { false } }
    .flatMap(\.frames).enumerated().flatMap { number, frame -> [UInt8] in
      var moved = frame
      if moved.stream != 0 { moved.stream = UInt32(number / 3) * 2 + 1 }
      return moved.bytes
    }

  private static func damaged(_ random: inout Random) -> [UInt8] {
    var bytes = conversation
    let from = Int.random(in: 0..<bytes.count, using: &random)
    bytes = Array(bytes[from...].prefix(Int.random(in: 1...600, using: &random)))
    for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(contentsOf: Array(repeating: 0xff, count: 3), at: place)
      case _:
        bytes.insert(
          contentsOf: conversation.prefix(Int.random(in: 0...40, using: &random)), at: place)
      }
    }
    return bytes
  }

  @Test("20,000 damaged conversations end in order, and give the same in any split")
  func damagedConversations() throws {
    for seed in 0..<UInt64(20_000) {
      var random = Random(state: seed)
      let bytes = Self.damaged(&random)
      let whole = try RawClient(react: Self.reacts)
      whole.says(bytes)
      let split = try RawClient(react: Self.reacts)
      var left = bytes[...]
      while !left.isEmpty {
        let count = Int.random(in: 1...max(1, left.count), using: &random)
        split.says(Array(left.prefix(count)))
        left = left.dropFirst(count)
      }
      let (one, other) = (whole.session.failure, split.session.failure)
      let agree = (one == nil) == (other == nil)
      #expect(
        agree, "seed \(seed): \(String(describing: one)) or \(String(describing: other))")
      if whole.session.failure != nil {
        #expect(whole.session.isFinished && whole.goAway != nil, "seed \(seed)")
      }
      #expect(whole.session.bufferedBytes >= 0 && whole.session.queuedBytes >= 0, "seed \(seed)")
    }
  }

  @Test("5,000 runs of noise after the greeting")
  func noise() throws {
    for seed in 0..<UInt64(5_000) {
      var random = Random(state: seed &+ 1 << 32)
      let count = Int.random(in: 1...300, using: &random)
      let client = try RawClient(greets: seed % 4 != 0, react: Self.reacts)
      client.says((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
      if client.session.failure != nil { #expect(client.session.isFinished, "seed \(seed)") }
    }
  }

  /// What a server may do with an event, some of it too early or too late.
  private static let reacts: @Sendable (HTTP2Session, HTTP2Event) -> Void = { session, event in
    switch event {
    case .headers(let key):
      if key.generation % 3 == 0 { session.readStepwise(key) }
      if key.generation % 7 == 0 {
        session.respond(key, status: 200, fields: FieldSection(), body: [1])
      }
    case .body(let key): if key.generation % 2 == 0 { _ = session.takeBody(key) }
    case .end(let key):
      let body = session.takeBody(key)
      session.respond(key, status: 200, fields: FieldSection(), body: body + [1])
    case .headersTooLarge(let key), .bodyTooLarge(let key): session.reset(key, .cancel)
    case .closed(let key, _): session.resume(key)
    case .goAway, .settingsAcknowledged, .pong: break
    }
  }
}
