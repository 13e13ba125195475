internal import Contract
internal import Synchronization

/// Finished runs in memory: they can change no more, on this node or another, so what is here is
/// true.
final class FinishedRuns: Sendable {
  private final class Entry: Sendable {
    let scope: Scope
    let run: EncodedOnce<RunView>

    init(_ scope: Scope, _ view: RunView) {
      self.scope = scope
      run = EncodedOnce(view)
    }
  }

  private let entries = Mutex<[String: Entry]>([:])
  private let countMax: Int
  private let outputBytesMax: Int

  init(countMax: Int, outputBytesMax: Int) {
    self.countMax = countMax
    self.outputBytesMax = outputBytesMax
  }

  /// The run, when it is here and lies in the scope.
  func find(_ id: RunID, in scope: Scope) -> EncodedOnce<RunView>? {
    entries.withLock { entries in
      guard let entry = entries[id.text], entry.scope == scope else { return nil }
      return entry.run
    }
  }

  /// Keeps a run that was read, when it is finished and its answer not too long; a full memory
  /// begins anew.
  func keep(_ record: RunRecord) {
    guard record.view.status.isFinal,
      record.view.output.map({ $0.utf8.count <= outputBytesMax }) ?? true
    else { return }
    entries.withLock { entries in
      if entries.count >= countMax { entries.removeAll(keepingCapacity: true) }
      entries[record.view.runID.text] = Entry(record.scope, record.view)
    }
  }
}
