import Contract
import Gateway
import Synchronization
import Wire

/// Everything that a gateway asks of others, with nothing behind it.
final class Everybody: Authenticator, StreamTickets, IdentifierSource, GatewayObserver, WallClock,
  MonotonicClock
{
  private let last = Atomic<UInt64>(0)

  var withoutCredential: Principal? { .anonymous }
  func recognise(bearer: [UInt8]) -> Recognition { .known(.anonymous, until: .max) }
  func find(bearer: [UInt8]) async throws(Fault) -> Principal? { .anonymous }
  func ended(among principals: Set<String>) async throws(Fault) -> Set<String> { [] }

  func redeem(_ ticket: String) -> Principal? { nil }

  func next(_ prefix: StaticString) -> String { "\(prefix)1" }
  func uuid() -> UUIDv7 {
    let number = last.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
    return UUIDv7(
      milliseconds: 1_770_878_341_000, random: UInt16(truncatingIfNeeded: number), number)
  }

  var now: Timestamp { Timestamp(milliseconds: 1_770_878_341_000) }
  var nanoseconds: Int64 { 1 }

  var wallClock: any WallClock { self }
  let wantsAnswers = false
  func answered(_ request: borrowing AnsweredRequest) {}
  func failed(_ fault: Fault, topic: FeedTopic) {}
}
