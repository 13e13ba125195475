import Contract
import Synchronization

/// The ticket `once` is good once, for a caller who may read.
final class SampleTickets: StreamTickets {
  private let isUsed = Atomic(false)

  func redeem(_ ticket: String) -> Principal? {
    guard ticket == "once", !isUsed.exchange(true, ordering: .acquiringAndReleasing) else {
      return nil
    }
    return Principal(kind: .token, id: "ticket", permissions: [.read])
  }
}
