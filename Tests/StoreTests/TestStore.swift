internal import Glibc
internal import Synchronization
internal import Testing

@testable internal import Store

/// Values noted by several threads, in the order in which they came.
final class Notes<Value: Sendable>: Sendable {
  private let notes = Mutex<[Value]>([])

  var all: [Value] { notes.withLock { $0 } }

  func add(_ note: Value) { notes.withLock { $0.append(note) } }
}

/// A clock that goes on by one at each look.
final class CountingClock: Sendable {
  private let looks = Atomic<UInt64>(0)

  func now() -> UInt64 { looks.add(1, ordering: .relaxed).newValue }
}

/// A folder that is removed with everything in it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws { path = try Files.makeFolder(in: "/tmp") }

  deinit { Self.clear(path) }

  private static func clear(_ path: String) {
    // SAFETY: the folder is open until `closedir` below.
    guard let folder = unsafe opendir(path) else { return }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      // SAFETY: the entry is valid until the next `readdir`, and its name ends with a zero.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append("\(path)/\(name)") }
    }
    unsafe closedir(folder)
    // SAFETY: the paths are strings that outlive the calls.
    for name in names where unsafe unlink(name) != 0 { clear(name) }
    unsafe rmdir(path)
  }
}

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

/// A refusal of a domain, which also carries failures of the store.
enum Refusal: StoreFailing, Equatable {
  case tooLate
  case store(StoreError)

  init(_ error: StoreError) { self = .store(error) }
}

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
    writeThen { (_) throws(StoreError) in
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
