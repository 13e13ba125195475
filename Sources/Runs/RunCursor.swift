internal import Contract
internal import Events
internal import Wire

/// A place in a run's events: `42`, or `42@EPOCH` from a client that says which life of the log it
/// means.
package struct RunCursor: Hashable {
  /// The number of the last event that the reader has.
  package let position: Int64
  /// The life of the log that was meant; nil when the client named none.
  package let epoch: String?

  /// The texts that mean a number: §0.9 of the catalogue.
  private static let beginning = "earliest"

  /// Reads a cursor; nil when the text is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    epoch = parts.count == 2 ? String(parts[1]) : nil
    if parts[0] == Self.beginning {
      position = 0
      return
    }
    // A sign or a leading zero is another spelling of the same place: there is one.
    guard let number = Int64(parts[0]), number >= 0, String(number) == parts[0] else { return nil }
    position = number
  }

  /// The cursor in `text`, which must be of the present epoch and not lie in the future.
  static func position(
    in text: String?, head: Int64, epoch: LogEpoch
  ) throws(Fault) -> Int64 {
    guard let text else { return 0 }
    guard let cursor = RunCursor(text) else {
      throw invalid("the cursor is not a number", head, epoch)
    }
    guard cursor.epoch.map({ $0 == epoch.text }) ?? true else {
      throw invalid("the cursor is from another life of the log: begin anew", head, epoch)
    }
    guard cursor.position <= head else {
      throw invalid("the cursor lies after the last event", head, epoch)
    }
    return cursor.position
  }

  static func invalid(_ message: String, _ head: Int64, _ epoch: LogEpoch) -> Fault {
    Fault(
      .invalid, message, name: "CURSOR_INVALID",
      details: [
        Fault.Detail("field", "cursor"), Fault.Detail("oldest", "0"),
        Fault.Detail("newest", .text(String(head))), Fault.Detail("epoch", .text(epoch.text)),
      ])
  }
}
