import Contract
import Synchronization

/// Counts, so that no two are alike and all are in order.
final class CountingIdentifiers: IdentifierSource {
  private let count = Atomic<Int>(0)

  func next(_ prefix: StaticString) -> String { "\(prefix)\(advance())" }
  func uuid() -> UUIDv7 { UUIDv7(milliseconds: 0, random: 0, UInt64(advance())) }

  private func advance() -> Int { count.add(1, ordering: .relaxed).newValue }
}
