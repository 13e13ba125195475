internal import Wire

/// What a provider says about an error, in any of the shapes that providers use.
struct ProviderComplaint {
  /// The provider's sentence; never an empty one.
  let message: String?
  /// The provider's names for the error, the most telling first.
  let names: [String]
  /// The HTTP status the error would have had, if the provider says so.
  let status: Int?

  /// Reads a whole error body or one event of a stream; nil when it tells of no error.
  init?(_ value: WireValue) {
    // Gemini wraps some errors in an array.
    let root = value.elements?.first ?? value
    guard let error = Self.error(in: root) else { return nil }
    let sentence = error.text ?? error["message"]?.text
    message = sentence?.isEmpty == false ? sentence : nil
    let reasons = error["details"]?.elements?.compactMap { $0["reason"]?.text } ?? []
    names = reasons + ["code", "type", "status"].compactMap { error[$0]?.text }
    status = error["code"]?.integer.flatMap { Int(exactly: $0) }
  }

  private static func error(in root: WireValue) -> WireValue? {
    // vLLM puts the error at the top.
    if root["object"]?.text == "error" { return root }
    guard let error = root["error"] else { return nil }
    if case .null = error { return nil }
    return error
  }
}
