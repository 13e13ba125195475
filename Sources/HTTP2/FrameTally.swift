/// How many frames of each kind a connection has seen, and how much of each budget is used.
package struct FrameTally: Sendable {
  private var totals: InlineArray<17, UInt32>
  private var levels: InlineArray<17, Int32>
  private var lastSecond: UInt32?
  /// Whether anything was counted since all was found well.
  private var hasGrown = false

  /// Nothing counted, full budgets.
  package init() {
    precondition(FrameKind.allCases.count == 17, "one place for each kind")
    totals = InlineArray(repeating: 0)
    levels = InlineArray(repeating: 0)
  }

  /// Frames of that kind since the connection began; begins again at zero after 2³² of them.
  package func total(_ kind: FrameKind) -> UInt32 { totals[Int(kind.rawValue)] }

  /// One more frame of that kind.
  mutating func count(_ kind: FrameKind, by number: UInt32 = 1) {
    let place = Int(kind.rawValue)
    hasGrown = true
    totals[place] &+= number
    let (sum, overflow) = levels[place].addingReportingOverflow(Int32(clamping: number))
    levels[place] = overflow ? .max : sum
  }

  /// Forgives `number` frames of that kind, because what the peer did makes them plausible.
  mutating func credit(_ kind: FrameKind, by number: Int32) {
    let place = Int(kind.rawValue)
    levels[place] = max(0, levels[place] - min(number, levels[place]))
  }

  /// Refills the budgets for the time since the last call; `second` counts from anywhere.
  mutating func refill(_ budget: FrameBudget, at second: UInt32) {
    let elapsed = second &- (lastSecond ?? second)
    lastSecond = second
    guard elapsed > 0 else { return }
    for row in budget.rows {
      let seconds = Int32(clamping: elapsed)
      let (forgiven, overflow) = row.perSecond.multipliedReportingOverflow(by: seconds)
      credit(row.kind, by: overflow ? .max : forgiven)
    }
  }

  /// The first kind that is over its budget; `nil` when all is well.
  mutating func verdict(_ budget: FrameBudget) -> FrameKind? {
    guard hasGrown else { return nil }
    for row in budget.rows where levels[Int(row.kind.rawValue)] > row.burst { return row.kind }
    hasGrown = false
    return nil
  }
}
