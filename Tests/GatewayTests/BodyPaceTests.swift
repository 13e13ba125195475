import Testing

@testable import Gateway
@testable import HTTP2

@Suite("The pace of request bodies")
struct BodyPaceTests {
  private static let second: Int64 = 1_000_000_000

  /// Whether any half second of a minute finds the bodies slow, and which.
  private func slow(_ bodies: (Int64) -> [StreamKey: Int]) -> Int64? {
    var pace = BodyPace()
    return (0...120).first {
      pace.isSlow(at: $0 * Self.second / 2, bodies($0), GatewayLimits())
    }
  }

  private func key(_ number: Int64) -> StreamKey {
    StreamKey(index: 0, generation: UInt32(truncatingIfNeeded: number))
  }

  @Test("a body that has always just begun is not slow, however many came before")
  func begunAnew() {
    #expect(slow { [key($0): 0] } == nil)
    #expect(slow { $0 % 3 == 0 ? [:] : [key($0): 3] } == nil)
  }

  @Test("a body that brings nothing is slow after the patience, whatever others begin")
  func stalled() {
    #expect(slow { _ in [key(0): 5] } == 21)
    #expect(slow { [key(1_000): 5, key($0): 1] } == 21)
  }

  @Test("a body that brings the least rate is not slow, and one below it is")
  func rates() {
    #expect(slow { [key(0): Int($0) * 110] } == nil)
    #expect(slow { [key(0): Int($0) * 40] } == 21)
  }

  @Test("many that are slow together bring enough")
  func together() {
    #expect(
      slow { time in
        Dictionary(uniqueKeysWithValues: (0..<50).map { (key($0), Int(time) * 5) })
      } == nil)
  }
}
