/// How many frames of each kind a peer may spend: a burst that refills by so many each second.
package struct FrameBudget: Hashable, Sendable {
  /// One kind's allowance.
  package struct Row: Hashable, Sendable {
    /// What is counted.
    package let kind: FrameKind
    /// Frames at once; one more ends the connection.
    package let burst: Int32
    /// Frames that are forgiven in each second.
    package let perSecond: Int32

    /// An allowance of `burst` frames that refills by `perSecond`.
    package init(_ kind: FrameKind, burst: Int32, perSecond: Int32) {
      self.kind = kind
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// The kinds that have a limit; all others are only counted.
  package let rows: [Row]

  /// A budget of these rows.
  package init(_ rows: [Row]) { self.rows = rows }

  /// Well above what honest clients do, well below what hurts.
  // swift-format-ignore
  package static let standard = FrameBudget([
    Row(.priority,       burst: 1_000, perSecond: 50),
    Row(.resetStream,    burst:   500, perSecond: 50),
    Row(.settings,       burst: 1_000, perSecond: 10),
    Row(.ping,           burst: 1_000, perSecond: 20),
    Row(.windowUpdate,   burst: 1_000, perSecond: 50),
    Row(.extensionType,  burst: 1_000, perSecond: 20),
    Row(.emptyData,      burst: 1_000, perSecond: 20),
    Row(.neverOpened,    burst:    16, perSecond:  0),
    Row(.ignored,        burst: 3_000, perSecond: 100),
    Row(.refusedHead,    burst:     1, perSecond:  0),
    Row(.resetSent,      burst:   250, perSecond: 10),
    Row(.shortFrameSent, burst: 1_000, perSecond: 20),
  ])
}
