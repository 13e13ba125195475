extension ModelProvider {
  /// The provider of an endpoint; a run that names no model gets the endpoint's own.
  package static func remote(
    _ endpoint: ProviderEndpoint, over transport: any ProviderTransport, policy: RetryPolicy
  ) -> ModelProvider {
    ModelProvider(endpoint.provider) { request throws(ModelError) in
      RemoteModel(
        request.model.map(endpoint.serving) ?? endpoint, over: transport, policy: policy,
        pause: request.pause, onRetry: request.onRetry)
    }
  }
}
