internal import Synchronization

@testable internal import Store

/// A table of numbered notes, with a check, a unique text and a parent.
let noteTable = Migration(
  1, "notes",
  """
  CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL DEFAULT 1 CONSTRAINT size_is_positive CHECK (size > 0),
    parent INTEGER REFERENCES note (id),
    body BLOB
  ) STRICT
  """)

extension Database {
  /// A database with `noteTable`.
  static func notes(
    at place: Place = .ephemeral(in: "/tmp"),
    migrations: [Migration] = [noteTable],
    _ change: (inout Configuration) -> Void = { _ in },
    observe: @escaping @Sendable (StoreEvent) -> Void = { _ in },
  ) throws(StoreError) -> Database {
    var configuration = Configuration.standard
    change(&configuration)
    let clock = CountingClock()
    return try Database(
      at: place, migrations: migrations, configuration: configuration,
      monotonic: { clock.now() }, observe: observe)
  }

  /// Adds a note.
  func add(_ text: String, size: Int64 = 1) async throws(StoreError) {
    try await write { (transaction) throws(StoreError) in
      try transaction.addNote(text, size: size)
    }
  }

  /// The texts of all notes, in the order of their numbers.
  func texts() async throws(StoreError) -> [String] {
    try await read { (reader) throws(StoreError) in
      try reader.all(String.self, "SELECT text FROM note ORDER BY id")
    }
  }

  /// Keeps the writer busy until the answer is rung: what is queued meanwhile forms one batch.
  func hold() throws(StoreError) -> Doorbell {
    let entered = try Doorbell()
    let gate = try Doorbell()
    let hasEntered = Atomic(false)
    writeThen { (_) throws(StoreError) in
      // The batch runs again when one of its writes has to be taken back.
      guard !hasEntered.exchange(true, ordering: .relaxed) else { return }
      entered.ring(1)
      gate.wait()
    } completion: { _ in
    }
    entered.wait()
    return gate
  }
}

extension Transaction {
  borrowing func addNote(_ text: String, size: Int64 = 1) throws(StoreError) {
    try execute("INSERT INTO note (text, size) VALUES (?1, ?2)", .text(text), .integer(size))
  }
}
