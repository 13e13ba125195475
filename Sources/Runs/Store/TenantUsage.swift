internal import Contract
internal import Store
internal import Wire

/// What the runs of an organisation have used, by the day of UTC on which they ended.
enum TenantUsage {
  private static let dayMilliseconds: Int64 = 86_400_000

  static func add(
    _ usage: TokenUsage, of organisation: String, at time: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO tenant_usage (org_id, day, runs, tokens) VALUES (?1, ?2, 1, ?3)
      ON CONFLICT (org_id, day) DO UPDATE SET runs = runs + 1, tokens = tokens + excluded.tokens
      """, .text(organisation), .integer(day(of: time)), .integer(usage.totalTokens))
  }

  /// The refusal of one more run, when the day's tokens are used up.
  static func spent(
    of organisation: String, at time: Timestamp, _ limits: RunLimits,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Fault? {
    guard let limit = limits.tenantTokensPerDay else { return nil }
    let used =
      try reader.first(
        Int64.self, "SELECT tokens FROM tenant_usage WHERE org_id = ?1 AND day = ?2",
        .text(organisation), .integer(day(of: time))) ?? 0
    guard used >= limit else { return nil }
    let left = dayMilliseconds - time.milliseconds % dayMilliseconds
    return refusal(
      "tokens_per_day", limit: Int64(limit), used: used, seconds: Int(left / 1000) + 1)
  }

  /// The refusal of whoever has used up what it may.
  static func refusal(_ quota: String, limit: Int64, used: Int64, seconds: Int) -> Fault {
    Fault(
      .throttled, "the organisation has used up its \(quota): \(used) of \(limit)",
      name: "QUOTA_EXCEEDED",
      details: [
        Fault.Detail("quota", .text(quota)), Fault.Detail("limit", .integer(limit)),
        Fault.Detail("used", .integer(used)), Fault.Detail("left", .integer(max(0, limit - used))),
      ], retryAfterSeconds: seconds)
  }

  private static func day(of time: Timestamp) -> Int64 { time.milliseconds / dayMilliseconds }
}
