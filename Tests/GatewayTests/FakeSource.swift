import Contract
import Wire

/// A feed over a list of events that a test lengthens.
final class FakeSource: FeedSource {
  private let count: Int64
  private let isFinished: Bool
  private let pageMax: Int

  init(count: Int64, isFinished: Bool, pageMax: Int = 3) {
    self.count = count
    self.isFinished = isFinished
    self.pageMax = pageMax
  }

  func page(after position: Int64, limit: Int) async throws(Fault) -> FeedPage {
    read(after: position)
  }

  /// The page, at once.
  func read(after position: Int64) -> FeedPage {
    let end = min(count, position + Int64(pageMax))
    let items = Self.items(position..<end)
    return FeedPage(items: items, position: end, isLast: isFinished && end == count)
  }

  /// The events after the first positions of `range`, which differ in length.
  static func items(_ range: Range<Int64>) -> [FeedItem] {
    range.map { number in
      let text = String(repeating: "x", count: Int(number % 5))
      return FeedItem(
        position: number + 1,
        event: StoredJSON(encoding: ["n": .integer(number + 1), "text": .text(text)] as WireValue))
    }
  }
}
