import Contract
import Synchronization
import Wire

/// What the rows echo: 110 bytes of CBOR.
struct Parcel: Coded {
  let id: Text<1, 80>
  let name: Text<1, 80>
  let count: Int
  let createdAt: Timestamp
  let isOpen: Bool
}

/// The domain of the rows: each kind of row with as little to do as can be.
struct Rows: Sendable {
  let tally = Tally()
  let state = State()

  static let methods: [Method<Rows>] = [
    Method(
      inline: "bench.v1.Rows/Echo", .post, "/echo", zone: .root, summary: "Reads and writes.",
      permission: nil
    ) { (_, parcel: Parcel, _) throws(Fault) in parcel },
    Method(
      inline: "bench.v1.Rows/State", .get, "/state", zone: .root,
      summary: "Changes what is in memory.",
      permission: nil
    ) { (rows, _: NoInput, _) throws(Fault) in rows.state.next() },
    Method(
      task: "bench.v1.Rows/Task", .get, "/task", zone: .root, summary: "Passes an actor.",
      permission: nil
    ) { (rows, _: NoInput, _) async throws(Fault) in Answer(await rows.tally.next()) },
  ]
}

/// What is in memory, for whoever has the lock.
final class State: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      count = (count + 1) % 10
      return count
    }
  }
}

/// An actor that is passed and waits for nothing.
actor Tally {
  private var count = 0

  func next() -> Int {
    count = (count + 1) % 10
    return count
  }
}
