internal import Contract
internal import Models
internal import Synchronization
internal import Wire

/// A transport that opens no connection: all that it answers was recorded.
struct ReplayingTransport: ProviderTransport {
  private let replay: ExchangeReplay
  private let dialect: ProviderDialect

  init(_ replay: ExchangeReplay, in dialect: ProviderDialect) {
    self.replay = replay
    self.dialect = dialect
  }

  nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(ModelError) -> any ProviderResponse {
    let body = KeyScrubber(request).scrubbed([request.body])[0]
    let recording = try replay.next(
      for: RequestIdentity(request, dialect: dialect, body: body))
    let ending = recording.exchange.ending
    let pace = RecordedPace(replay.pausing)
    try await pace.wait(until: recording.exchange.answer?.afterMs ?? ending.atMs)
    guard let answer = recording.exchange.answer else { throw ending.error(of: recording.name) }
    return ReplayedResponse(recording, answer, pace)
  }
}

/// An answer that was recorded.
private final class ReplayedResponse: ProviderResponse {
  private struct State {
    var pieces: ArraySlice<RecordedPiece>
    var isClosed = false
  }

  private let recording: ExchangeReplay.Recording
  private let answer: RecordedAnswer
  private let pace: RecordedPace
  private let state: Mutex<State>

  init(_ recording: ExchangeReplay.Recording, _ answer: RecordedAnswer, _ pace: RecordedPace) {
    self.recording = recording
    self.answer = answer
    self.pace = pace
    state = Mutex(State(pieces: answer.pieces[...]))
  }

  var status: Int { Int(answer.status) }

  /// What a date meant when it came.
  var retryAfter: Duration? {
    let came = recording.exchange.recordedAt.milliseconds + answer.afterMs
    return value(of: "retry-after").flatMap { RetryAfter.delay($0, at: came) }
  }

  func value(of name: String) -> String? {
    answer.headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  nonisolated(nonsending) func next() async throws(ModelError) -> [UInt8]? {
    let (piece, isClosed) = state.withLock { ($0.pieces.popFirst(), $0.isClosed) }
    guard !isClosed else { throw .cancelled }
    let ending = recording.exchange.ending
    try await pace.wait(until: piece?.atMs ?? ending.atMs)
    if let piece { return piece.content }
    guard ending.kind == .whole else { throw ending.error(of: recording.name) }
    return nil
  }

  func close() { state.withLock { $0.isClosed = true } }
}

extension RecordedEnding {
  /// The error that an end other than the proper one is.
  fileprivate func error(of name: String) -> ModelError {
    guard kind == .failed, let code, let message else {
      return .provider(
        .notRecorded, "The recording \(name) ends where nobody wanted more of the answer.")
    }
    return .upstream(code: code, message: message)
  }
}

/// The pauses of one recording.
private final class RecordedPace: Sendable {
  private let pausing: (any Pausing)?
  private let reached = Mutex<Int64>(0)

  init(_ pausing: (any Pausing)?) { self.pausing = pausing }

  /// Waits as long as it took to come from the last moment that was waited for to this one.
  nonisolated(nonsending) func wait(until milliseconds: Int64) async throws(ModelError) {
    let rest = reached.withLock { reached in
      defer { reached = max(reached, milliseconds) }
      return milliseconds - reached
    }
    guard let pausing, rest > 0 else { return }
    guard await pausing.rest(for: .milliseconds(rest)) else { throw .cancelled }
  }
}
