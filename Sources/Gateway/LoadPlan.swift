package import Contract

/// What a load is made of.
package struct LoadPlan: Sendable {
  /// When calls begin.
  package enum Pace: Hashable, Sendable {
    /// So many a second, evenly, whether or not those before them were answered: an open loop.
    case perSecond(Double)
    /// Each when another one ends: a closed loop, which finds what a server can do.
    case asAnswered
  }

  /// When its calls begin.
  package let pace: Pace
  /// Calls that are open on a connection at once, at most; the server may allow fewer.
  package let streamsMax: Int
  /// Nanoseconds of load before calls are measured.
  package let warmUp: Int64
  /// Nanoseconds for which calls are measured.
  package let duration: Int64
  /// Nanoseconds for which open calls are waited for at the end.
  package let grace: Int64
  /// The head and the body of every call.
  package let fields: FieldSection
  package let body: [UInt8]
  /// The process that serves, when it runs here: its processor time is measured.
  package let process: Int32?

  package init(
    pace: Pace, streamsMax: Int, warmUp: Int64, duration: Int64, grace: Int64,
    fields: FieldSection, body: [UInt8], process: Int32?
  ) {
    self.pace = pace
    self.streamsMax = streamsMax
    self.warmUp = warmUp
    self.duration = duration
    self.grace = grace
    self.fields = fields
    self.body = body
    self.process = process
  }
}

/// What a load has shown.
///
/// A call is measured when it was due after the warm-up. Its latency runs from the moment at which
/// it was due, not from when it could be sent: a server that stalls makes all calls late that were
/// due meanwhile (what is known as coordinated omission would hide them). A call that was due and
/// never answered counts with the time it has waited.
package struct LoadResult: Sendable {
  /// Nanoseconds for which calls were measured.
  package internal(set) var duration: Int64 = 0
  package internal(set) var latency = LatencyHistogram()
  /// Measured calls by their `:status`, or by `grpc-status` where there is one.
  package internal(set) var answers: [Int: Int] = [:]
  /// Measured calls whose stream or connection broke.
  package internal(set) var broken = 0
  /// Measured calls without an answer when the load was over.
  package internal(set) var unanswered = 0
  /// Calls that were answered while calls were measured.
  package internal(set) var answeredMeanwhile = 0
  /// Nanoseconds of processor time that the server used meanwhile.
  package internal(set) var processorTime: Int64?
  /// Why the last connection broke that did.
  package internal(set) var failure: ClientFailure?
}
