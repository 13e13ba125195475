import Contract
import Synchronization
import Testing
import Wire

@testable import switchyard

@Suite struct IdentifierTests {
  /// A time of day that a test sets.
  private final class HandClock: WallClock {
    private let time: Atomic<Int64>

    init(_ milliseconds: Int64) { time = Atomic(milliseconds) }

    var now: Timestamp { Timestamp(milliseconds: time.load(ordering: .relaxed)) }

    func set(_ milliseconds: Int64) { time.store(milliseconds, ordering: .relaxed) }
  }

  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")

  /// The milliseconds that the first ten digits of a ULID stand for.
  private static func time(of text: Substring) throws -> Int64 {
    try text.prefix(10).reduce(0) { sum, digit in
      sum * 32 + Int64(try #require(digits.firstIndex(of: digit)))
    }
  }

  @Test(
    "an identifier is its prefix and 26 digits that begin with the time",
    arguments: [
      0, 1, 1_770_878_341_000, 253_402_300_799_999,
    ] as [Int64])
  func form(_ milliseconds: Int64) throws {
    let identifiers = SystemIdentifiers(wallClock: HandClock(milliseconds))
    let text = identifiers.next("run_")
    #expect(text.hasPrefix("run_"))
    let digits = text.dropFirst(4)
    #expect(digits.count == 26 && digits.allSatisfy { Self.digits.contains($0) })
    #expect(try Self.time(of: digits) == milliseconds)
  }

  @Test("identifiers grow within a millisecond, and when the clock goes back")
  func grows() throws {
    let clock = HandClock(1_770_878_341_000)
    let identifiers = SystemIdentifiers(wallClock: clock)
    var texts = (0..<1000).map { _ in identifiers.next("run_") }
    clock.set(1_770_878_340_000)
    texts += (0..<1000).map { _ in identifiers.next("run_") }
    #expect(try Self.time(of: texts[1999].dropFirst(4)) == 1_770_878_341_000)
    clock.set(1_770_878_341_001)
    texts += (0..<1000).map { _ in identifiers.next("run_") }
    #expect(try Self.time(of: texts[2999].dropFirst(4)) == 1_770_878_341_001)
    #expect(texts == texts.sorted() && Set(texts).count == texts.count)
  }

  @Test("identifiers of several tasks are all different")
  func concurrent() async {
    let identifiers = SystemIdentifiers(wallClock: HandClock(1_770_878_341_000))
    let texts = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<4 {
        group.addTask { (0..<1000).map { _ in identifiers.next("run_") } }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(texts.count == 4000 && Set(texts).count == 4000)
  }

  @Test("a UUID is of version 7 and begins with the time")
  func uuids() throws {
    let milliseconds: Int64 = 0x0123_4567_89ab
    let identifiers = SystemIdentifiers(wallClock: HandClock(milliseconds))
    let texts = (0..<100).map { _ in identifiers.uuid().text }
    #expect(Set(texts).count == texts.count)
    for text in texts {
      #expect(text.hasPrefix("01234567-89ab-7"))
      #expect(text.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
      #expect("89ab".contains(Array(text)[19]))
    }
  }
}
