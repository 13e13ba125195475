/// Why a model gave no completion.
package enum ModelError: Error, Hashable, Sendable {
  /// The provider is known but has no credentials here.
  case notConfigured(provider: String)
  /// No provider has this name.
  case unknownProvider(String)
  /// The provider is there, but serves no model of this name.
  case unknownModel(provider: String, model: String)
  /// The script of a mock run breaks its own rules.
  case scriptInvalid(MockScriptError)
  /// The provider refused; code and message are the provider's.
  case upstream(code: String, message: String)
  /// The caller called the completion off.
  case cancelled
  /// The caller's time for the run is over.
  case timedOut
}

extension ModelError {
  /// The stable code a run's `error.code` carries.
  package var code: String {
    switch self {
    case .notConfigured, .unknownProvider, .unknownModel: "LLM_NOT_CONFIGURED"
    case .scriptInvalid: "LLM_SCRIPT_INVALID"
    case .upstream(let code, _): code
    case .cancelled: "RUN_CANCELLED"
    case .timedOut: "RUN_TIMEOUT"
    }
  }

  /// One sentence for people; holds nothing that the caller of the run did not send.
  package var message: String {
    switch self {
    case .notConfigured(let provider):
      "The provider \(quoted(provider)) is known but has no credentials on this server."
    case .unknownProvider(let name):
      "No language-model provider is called \(quoted(name))."
    case .unknownModel(let provider, let model):
      "The provider \(quoted(provider)) has no model \(quoted(model))."
    case .scriptInvalid(let error): error.message
    case .upstream(_, let message): message
    case .cancelled: "The run was cancelled."
    case .timedOut: "The run took longer than its timeout."
    }
  }

  /// The most scalars of a caller's name that a message repeats.
  private static let quoteMax = 80

  private func quoted(_ name: String) -> String {
    "“\(Excerpt.clipped(name, scalarsMax: Self.quoteMax))”"
  }
}
