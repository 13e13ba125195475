/// What a status other than success means, whatever the body says.
struct ProviderStatus {
  /// What it means.
  let fault: ProviderFault
  /// Whether the request is made again.
  let isRetried: Bool

  /// The meaning of `status`; nil where only the body can tell.
  init?(_ status: Int) {
    guard let row = Self.table.first(where: { $0.statuses.contains(status) }) else { return nil }
    fault = row.fault
    isRetried = row.isRetried
  }

  /// The first row that has a status holds.
  // swift-format-ignore
  private static let table: [(statuses: ClosedRange<Int>, fault: ProviderFault, isRetried: Bool)] = [
    (401...401, .unauthorized,  false),
    (403...403, .unauthorized,  false),
    (404...404, .modelNotFound, false),
    (429...429, .rateLimited,   true),
    (500...500, .unavailable,   true),
    (502...504, .unavailable,   true),
    (529...529, .unavailable,   true),  // Anthropic's for “overloaded”.
    (500...599, .unavailable,   false),
  ]
}
