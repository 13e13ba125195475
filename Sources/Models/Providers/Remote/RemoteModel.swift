/// A model that is asked over the network: one engine for every dialect.
///
/// A turn is asked for again while the provider has said nothing yet, and never after that.
package struct RemoteModel: Model {
  private let endpoint: ProviderEndpoint
  private let transport: any ProviderTransport
  private let policy: RetryPolicy
  private let limits: TurnLimits
  private let pause: Pause
  private let onRetry: RetryObserver?

  /// All waiting between attempts is done by `pause`.
  package init(
    _ endpoint: ProviderEndpoint, over transport: any ProviderTransport, policy: RetryPolicy,
    pause: @escaping Pause, onRetry: RetryObserver?
  ) {
    self.init(
      endpoint, over: transport, policy: policy, limits: TurnLimits(), pause: pause,
      onRetry: onRetry)
  }

  /// The same with other limits.
  init(
    _ endpoint: ProviderEndpoint, over transport: any ProviderTransport, policy: RetryPolicy,
    limits: TurnLimits, pause: @escaping Pause, onRetry: RetryObserver?
  ) {
    self.endpoint = endpoint
    self.transport = transport
    self.policy = policy
    self.limits = limits
    self.pause = pause
    self.onRetry = onRetry
  }

  package var contextTokens: Int? { endpoint.contextTokens }

  package var prices: TokenPrices? { endpoint.prices }

  package var name: String { "\(endpoint.provider)/\(endpoint.model)" }

  package nonisolated(nonsending) func complete(
    _ conversation: Conversation, emit: TokenSink
  ) async throws(ModelError) -> Completion {
    let spelling = ToolSpelling(of: conversation)
    let conversation = spelling.spelling(conversation)
    let request = endpoint.request(for: conversation)
    var attempts = 0
    while true {
      attempts += 1
      do throws(AttemptFailure) {
        return spelling.reading(try await attempt(request, conversation, emit))
      } catch {
        guard error.isTransient, attempts < policy.attemptsMax else { throw error.error }
        try await wait(after: error, attempts)
      }
    }
  }
}

extension RemoteModel {
  /// The most bytes of an error's body that are read.
  private static let errorBytesMax = 65_536

  private nonisolated(nonsending) func wait(
    after failure: AttemptFailure, _ attempts: Int
  ) async throws(ModelError) {
    let delay = policy.delay(after: attempts, retryAfter: failure.retryAfter)
    if let onRetry {
      try await onRetry(RetryNotice(attempt: attempts, reason: failure.error, delay: delay))
    }
    try await pause(Int(delay / .milliseconds(1)))
  }

  private nonisolated(nonsending) func attempt(
    _ request: ProviderRequest, _ conversation: Conversation, _ emit: TokenSink
  ) async throws(AttemptFailure) -> Completion {
    guard !Task.isCancelled else { throw AttemptFailure(.cancelled) }
    let response = try await open(request)
    defer { response.close() }
    guard (200...299).contains(response.status) else { throw await refusal(response) }
    var turn = TurnReader(endpoint.dialect.row, limits: limits)
    var (index, settled) = (0, 0)
    while !turn.isOver {
      // What was said reaches its readers before the next piece is waited for.
      if index > settled { try await settle() }
      settled = index
      guard let piece = try await piece(of: response) else { break }
      turn.append(piece)
      while let text = try next(&turn) {
        do throws(ModelError) {
          try await emit(text, index)
        } catch {
          throw AttemptFailure(error)
        }
        index += 1
      }
    }
    do throws(AttemptFailure) {
      return try turn.completion(of: conversation)
    } catch {
      throw cleaned(error)
    }
  }

  private nonisolated(nonsending) func settle() async throws(AttemptFailure) {
    do throws(ModelError) {
      try await pause(0)
    } catch {
      throw AttemptFailure(error)
    }
  }

  private nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(AttemptFailure) -> any ProviderResponse {
    do throws(ModelError) {
      return try await transport.open(request)
    } catch {
      var failure = cleaned(AttemptFailure(error))
      failure.isTransient = error.fault?.isTransient ?? false
      throw failure
    }
  }

  private func next(_ turn: inout TurnReader) throws(AttemptFailure) -> String? {
    do throws(AttemptFailure) {
      return try turn.next()
    } catch {
      throw cleaned(error)
    }
  }

  private nonisolated(nonsending) func piece(
    of response: any ProviderResponse
  ) async throws(AttemptFailure) -> [UInt8]? {
    do throws(ModelError) {
      return try await response.piece()
    } catch {
      throw cleaned(AttemptFailure(error))
    }
  }

  /// What an answer without success says.
  private nonisolated(nonsending) func refusal(
    _ response: any ProviderResponse
  ) async -> AttemptFailure {
    var body: [UInt8] = []
    do throws(AttemptFailure) {
      while body.count < Self.errorBytesMax, let piece = try await piece(of: response) {
        body += piece
      }
    } catch {
      if error.error == .cancelled { return error }
      // The status says what is to be done, also when its explanation breaks off.
    }
    var failure = endpoint.dialect.row.failure(status: response.status, body: body)
    failure.retryAfter = response.retryAfter
    return cleaned(failure)
  }

  /// Whatever a provider or the network said may hold the key.
  private func cleaned(_ failure: AttemptFailure) -> AttemptFailure {
    var failure = failure
    failure.error = endpoint.cleaned(failure.error)
    return failure
  }
}
