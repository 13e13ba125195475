import Contract
import Wire

/// Clocks and identifiers that never change.
struct Numbers: WallClock, MonotonicClock, IdentifierSource {
  var now: Timestamp { Timestamp(milliseconds: 1_770_878_341_000) }
  var nanoseconds: Int64 { 1 }

  func next(_ prefix: StaticString) -> String { "\(prefix)1" }
  func uuid() -> UUIDv7 { UUIDv7(milliseconds: 0, random: 0, 1) }
}
