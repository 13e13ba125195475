package import Contract
internal import Models
package import Store
internal import Synchronization
internal import Wire

/// Writes exchanges with providers into a folder, a file for each.
///
/// No run waits for it, and none fails because of it.
package final class ExchangeRecorder: Sendable {
  /// Bytes of answers that may wait to be written, and exchanges.
  private static let waitingBytesMax = 256 << 20
  private static let waitingMax = 10_000

  private struct State {
    var number: Int
    var waitingBytes = 0
    var hasComplained = false
  }

  private let folder: DataFolder
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let complain: @Sendable (String) -> Void
  private let state: Mutex<State>
  /// One file at a time, in the order in which exchanges end.
  private let pool: WorkerPool

  /// A recorder that goes on after the exchanges which lie in the folder; `complain` hears the
  /// first time that one cannot be kept.
  package init(
    into folder: consuming DataFolder, wallClock: any WallClock, clock: any MonotonicClock,
    complain: @escaping @Sendable (String) -> Void
  ) throws(StoreError) {
    let numbers = try ExchangeFile.names(in: folder).compactMap(ExchangeFile.number)
    state = Mutex(State(number: numbers.max() ?? 0))
    self.folder = folder
    self.wallClock = wallClock
    self.clock = clock
    self.complain = complain
    pool = try WorkerPool(threads: 1, waitingMax: Self.waitingMax)
  }

  /// Returns when all that has ended lies in the folder.
  package func finish() async {
    while await pool.run({}) == nil { await Task.yield() }
  }

  var nanoseconds: Int64 { clock.nanoseconds }

  func begin(
    _ request: ProviderRequest, to provider: String, in dialect: ProviderDialect
  ) -> ExchangeDraft {
    let number = state.withLock { state in
      state.number += 1
      return state.number
    }
    return ExchangeDraft(
      number, request, to: provider, in: dialect, at: wallClock.now, began: nanoseconds)
  }

  func keep(_ draft: ExchangeDraft, _ ending: ExchangeEnding) {
    let name = ExchangeFile.name(draft.number)
    guard !draft.isTooLong else {
      return complainOnce("\(name): an answer of more than \(ExchangeDraft.bytesMax) bytes")
    }
    let time = nanoseconds
    let isTaken = state.withLock { state in
      guard state.waitingBytes + draft.count <= Self.waitingBytesMax else { return false }
      state.waitingBytes += draft.count
      return true
    }
    let isWaiting =
      isTaken
      && pool.submit { [self] in
        write(draft.ended(ending, at: time), to: name)
        state.withLock { $0.waitingBytes -= draft.count }
      }
    if !isWaiting { complainOnce("\(name): too much waits for the disk") }
  }

  private func write(_ exchange: RecordedExchange, to name: String) {
    do throws(StoreError) {
      try folder.write(exchange.file, to: name, readableBy: .owner)
    } catch {
      complainOnce("\(name): \(error)")
    }
  }

  private func complainOnce(_ reason: String) {
    let isFirst = state.withLock { state in
      defer { state.hasComplained = true }
      return !state.hasComplained
    }
    if isFirst { complain(reason) }
  }
}

/// The names of the files that hold exchanges.
enum ExchangeFile {
  /// The most names of a folder that are looked at.
  private static let namesMax = 1_000_000
  private static let prefix = "exchange-"
  private static let suffix = ".json"
  private static let digits = 8
  private static let numberMax = 999_999_999_999

  /// `exchange-00000012.json`.
  static func name(_ number: Int) -> String {
    let text = String(number)
    return prefix + String(repeating: "0", count: max(0, digits - text.count)) + text + suffix
  }

  /// The number in a name; nil for a name that no exchange is given.
  static func number(_ name: String) -> Int? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let number = Int(name.dropFirst(prefix.count).dropLast(suffix.count))
    return number.flatMap { (1...numberMax).contains($0) ? $0 : nil }
  }

  /// The names of a folder that may be those of exchanges, in the order in which they are played.
  static func names(in folder: borrowing DataFolder) throws(StoreError) -> [String] {
    try folder.names(most: namesMax).filter { $0.hasSuffix(suffix) }
  }
}
