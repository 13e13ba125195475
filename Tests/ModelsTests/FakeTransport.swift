import Synchronization

@testable import Models

/// A provider that answers from a list, one row an attempt, and remembers what it was asked.
final class FakeTransport: ProviderTransport {
  /// What one attempt meets.
  enum Answer: Sendable {
    case unreachable(ModelError)
    case answers(status: Int, retryAfter: Duration?, pieces: [[UInt8]], ending: Ending)

    static func stream(_ text: String) -> Answer {
      .answers(status: 200, retryAfter: nil, pieces: [Array(text.utf8)], ending: .end)
    }

    static func status(_ status: Int, retryAfter: Duration? = nil, _ text: String = "") -> Answer {
      .answers(status: status, retryAfter: retryAfter, pieces: [Array(text.utf8)], ending: .end)
    }
  }

  /// What comes after the last piece.
  enum Ending: Sendable {
    case end
    case fails(ModelError)
    /// Nothing, until somebody closes the response.
    case hangs
  }

  private struct State {
    var answers: ArraySlice<Answer>
    var requests: [ProviderRequest] = []
    var responses: [FakeResponse] = []
  }

  private let state: Mutex<State>

  init(_ answers: [Answer]) {
    state = Mutex(State(answers: answers[...]))
  }

  var requests: [ProviderRequest] { state.withLock { $0.requests } }
  var responses: [FakeResponse] { state.withLock { $0.responses } }
  /// Whether every response that was opened is closed.
  var isAllClosed: Bool { responses.allSatisfy(\.isClosed) }

  func open(_ request: ProviderRequest) async throws(ModelError) -> any ProviderResponse {
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.popFirst()
    }
    switch answer {
    case nil: throw .upstream(code: "TEST", message: "nobody expects another attempt")
    case .unreachable(let error)?: throw error
    case .answers(let status, let retryAfter, let pieces, let ending)?:
      let response = FakeResponse(status, retryAfter, pieces, ending)
      state.withLock { $0.responses.append(response) }
      return response
    }
  }
}

/// An answer of the fake.
final class FakeResponse: ProviderResponse {
  private struct State {
    var pieces: ArraySlice<[UInt8]>
    var isClosed = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  let status: Int
  let retryAfter: Duration?
  /// Says something as soon as somebody waits for what will not come.
  let hanging: AsyncStream<Void>
  private let hangs: AsyncStream<Void>.Continuation
  private let ending: FakeTransport.Ending
  private let state: Mutex<State>

  init(
    _ status: Int, _ retryAfter: Duration?, _ pieces: [[UInt8]], _ ending: FakeTransport.Ending
  ) {
    self.status = status
    self.retryAfter = retryAfter
    self.ending = ending
    state = Mutex(State(pieces: pieces[...]))
    (hanging, hangs) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
  }

  var isClosed: Bool { state.withLock(\.isClosed) }

  func value(of name: String) -> String? { nil }

  /// How many pieces nobody asked for.
  var piecesLeft: Int { state.withLock(\.pieces.count) }

  func next() async throws(ModelError) -> [UInt8]? {
    if let piece = state.withLock({ $0.isClosed ? nil : $0.pieces.popFirst() }) { return piece }
    if isClosed { throw .cancelled }
    switch ending {
    case .end: return nil
    case .fails(let error): throw error
    case .hangs:
      await withCheckedContinuation { waiter in
        let isClosed = state.withLock { state in
          if !state.isClosed { state.waiter = waiter }
          return state.isClosed
        }
        hangs.yield()
        if isClosed { waiter.resume() }
      }
      throw .cancelled
    }
  }

  func close() {
    let waiter = state.withLock { state in
      state.isClosed = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}

extension RemoteModel {
  /// A model of the fake, in a world where waiting takes no time.
  init(
    _ dialect: ProviderDialect = .openai, _ transport: FakeTransport,
    limits: TurnLimits = TurnLimits(), policy: RetryPolicy = .standard { $0 },
    pause: @escaping Pause = { _ throws(ModelError) in }, onRetry: RetryObserver? = nil
  ) {
    self.init(
      .sample(dialect), over: transport, policy: policy, limits: limits, pause: pause,
      onRetry: onRetry)
  }
}

extension ProviderEndpoint {
  static let sampleKey = "sk-test-0123456789"

  /// An endpoint of the dialect's own provider.
  static func sample(
    _ dialect: ProviderDialect, address: ProviderAddress? = nil, key: String? = sampleKey,
    model: String = "large-1"
  ) -> ProviderEndpoint {
    ProviderEndpoint(
      provider: dialect.rawValue, dialect: dialect, address: address ?? dialect.standardAddress,
      key: key.flatMap(ProviderKey.init), model: model)
  }
}
