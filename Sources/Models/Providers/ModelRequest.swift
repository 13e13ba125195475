/// What a run says about the model it wants.
package struct ModelRequest: Sendable {
  /// The provider's name; nil for the server's default.
  package let provider: String?
  /// The model's name; nil for the provider's default.
  package let model: String?
  /// The run's metadata.
  package let metadata: [ToolArgument]
  /// How a model waits.
  package let pause: Pause
  /// Who is told when a provider is asked again; nil for nobody.
  package var onRetry: RetryObserver?

  package init(
    provider: String?, model: String?, metadata: [ToolArgument], pause: @escaping Pause
  ) {
    self.provider = provider
    self.model = model
    self.metadata = metadata
    self.pause = pause
  }
}
