/// What goes wrong between this server and a provider; the raw text is the `error.code` of a run.
package enum ProviderFault: String, CaseIterable, Hashable, Sendable {
  /// The provider does not take this server's key.
  case unauthorized = "LLM_UNAUTHORIZED"
  case modelNotFound = "LLM_MODEL_NOT_FOUND"
  /// Too many requests, also after waiting.
  case rateLimited = "LLM_RATE_LIMITED"
  /// The provider could not be reached, or had no answer.
  case unavailable = "LLM_UNAVAILABLE"
  case timedOut = "LLM_TIMEOUT"
  /// The answer broke off, or was not what the provider documents.
  case streamBroken = "LLM_STREAM_BROKEN"
  case contextTooLong = "LLM_CONTEXT_TOO_LONG"
  /// The provider will not do this, however often it is asked.
  case requestRejected = "LLM_REQUEST_REJECTED"
  /// The provider did not let its model say this.
  case answerWithheld = "LLM_ANSWER_WITHHELD"
  /// The answer is larger than a run may keep.
  case answerTooLarge = "LLM_ANSWER_TOO_LARGE"
  /// The model called a tool with something that is no JSON object.
  case toolArgumentsInvalid = "LLM_TOOL_ARGUMENTS_INVALID"
  /// Recordings are played in the provider's place, and there is none of this.
  case notRecorded = "LLM_NOT_RECORDED"
}

extension ProviderFault {
  /// Whether the same request may succeed a little later.
  var isTransient: Bool {
    switch self {
    case .rateLimited, .unavailable, .timedOut: true
    case .unauthorized, .modelNotFound, .streamBroken, .contextTooLong, .requestRejected,
      .answerWithheld, .answerTooLarge, .toolArgumentsInvalid, .notRecorded:
      false
    }
  }
}

extension ModelError {
  /// The error for a fault, with one sentence for people.
  package static func provider(_ fault: ProviderFault, _ message: String) -> ModelError {
    .upstream(code: fault.rawValue, message: message)
  }

  /// The fault this error was made of, if it was made of one.
  package var fault: ProviderFault? {
    guard case .upstream(let code, _) = self else { return nil }
    return ProviderFault(rawValue: code)
  }
}
