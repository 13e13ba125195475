internal import Contract
internal import HTTP2

/// One connection of a load, with the calls that are open on it.
final class LoadConnection {
  private let connection: ClientConnection
  /// When the call in each place was due; nil where none is open.
  private var due: [Int64?] = []
  /// How many calls are open.
  private var openCount = 0
  /// Calls that may be open at once.
  private var streamsMax: Int
  private let streamsWanted: Int
  private var isClosing = false
  /// Whether it is on the list of those that have something to send.
  var isListed = false
  /// Whether what waits to be sent needs room first.
  private(set) var isStuck = false

  /// How one call has ended.
  enum Outcome {
    /// By `grpc-status` where there is one, otherwise by `:status`.
    case answered(Int)
    case broken
  }

  init(_ connection: ClientConnection, streamsMax: Int) {
    self.connection = connection
    self.streamsMax = streamsMax
    streamsWanted = streamsMax
  }

  var descriptor: Int32 { connection.descriptor }

  /// Whether one more call may be opened now.
  var hasRoom: Bool { openCount < streamsMax && !isClosing }

  /// When the calls that are open were due.
  var openCalls: [Int64] { due.compactMap { $0 } }

  /// Opens a call; false when the connection takes no more.
  func open(_ plan: LoadPlan, due moment: Int64) -> Bool {
    guard let stream = connection.http2.request(plan.fields, body: plan.body) else {
      isClosing = true
      return false
    }
    while due.count <= stream.place { due.append(nil) }
    due[stream.place] = moment
    openCount += 1
    return true
  }

  /// Ends the call of a stream, and says when it was due; nil when it has ended before.
  private func close(_ stream: StreamKey) -> Int64? {
    guard stream.place < due.count, let moment = due[stream.place] else { return nil }
    due[stream.place] = nil
    openCount -= 1
    return moment
  }

  /// Sends what waits.
  func send() throws(ClientFailure) {
    isStuck = try !connection.send()
  }

  /// Reads what has come, and tells of each call that has ended and when it was due.
  func receive(_ ended: (Outcome, _ due: Int64) -> Void) throws(ClientFailure) {
    guard try connection.receive() else { return }
    let http2 = connection.http2
    streamsMax = min(streamsWanted, Int(http2.peerSettings.concurrentStreamsMax))
    while let event = http2.nextEvent() {
      switch event {
      case .body(let stream): http2.withBody(stream) { _ in }
      case .end(let stream):
        guard let moment = close(stream) else { continue }
        ended(outcome(of: stream), moment)
      case .closed(let stream, _):
        guard let moment = close(stream) else { continue }
        ended(.broken, moment)
      case .goAway: isClosing = true
      default: break
      }
    }
  }

  private func outcome(of stream: StreamKey) -> Outcome {
    let http2 = connection.http2
    let trailers = http2.takeTrailers(stream)
    let number = http2.withHead(stream) { head in
      (trailers.string("grpc-status") ?? head.string("grpc-status")).flatMap { Int($0) }
        ?? head.status
    }
    return number.flatMap { $0 }.map { .answered($0) } ?? .broken
  }
}
