/// When the log is moved into the database file.
struct CheckpointPolicy {
  /// What to do with the log.
  enum Step {
    case none
    /// Move what no reader still needs.
    case move
    /// Wait for readers too, so that the log starts again.
    case restart
  }

  private let everyPages: Int
  private let pagesMax: Int
  private var nextAt: Int
  private var lastPages = 0

  init(everyPages: Int, pagesMax: Int) {
    self.everyPages = everyPages
    self.pagesMax = pagesMax
    nextAt = everyPages
  }

  /// What to do after a commit that left `pages` in the log.
  mutating func step(logPages pages: Int) -> Step {
    if pages < lastPages { nextAt = everyPages }
    lastPages = pages
    guard pages >= nextAt else { return .none }
    // Readers can keep the log from being emptied: trying again at each commit would cost an
    // fsync each time.
    nextAt = pages + everyPages
    return pages >= pagesMax ? .restart : .move
  }
}
