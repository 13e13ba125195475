package import Models

/// How exchanges with providers are had.
package enum ProviderTraffic: Sendable {
  /// Over the network; without a transport there are none.
  case live((any ProviderTransport)?)
  /// Over the network, and all of them are written down.
  case recorded(any ProviderTransport, by: ExchangeRecorder)
  /// Without a network, as they were written down.
  case replayed(ExchangeReplay)

  /// Returns when all that is to be kept is kept.
  package func finish() async {
    if case .recorded(_, let recorder) = self { await recorder.finish() }
  }
}

extension ProviderTraffic {
  /// What carries requests to an endpoint; nil where nothing does.
  func transport(to endpoint: ProviderEndpoint) -> (any ProviderTransport)? {
    switch self {
    case .live(let transport): transport
    case .recorded(let transport, let recorder):
      RecordingTransport(transport, to: endpoint, by: recorder)
    case .replayed(let replay): ReplayingTransport(replay, in: endpoint.dialect)
    }
  }

  /// The request, whose waiting between attempts is left out where the pauses of recordings are.
  func paced(_ request: ModelRequest) -> ModelRequest {
    guard case .replayed(let replay) = self, replay.pausing == nil else { return request }
    return request.withoutPauses
  }

  /// Whether a provider is asked that does not see the key.
  var needsNoKey: Bool {
    guard case .replayed = self else { return false }
    return true
  }
}

extension ModelRequest {
  fileprivate var withoutPauses: ModelRequest {
    let pause = pause
    var request = ModelRequest(
      provider: provider, model: model, metadata: metadata,
      pause: { (_) throws(ModelError) in try await pause(0) })
    request.onRetry = onRetry
    return request
  }
}
