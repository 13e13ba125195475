internal import Contract
internal import Models
internal import Store
internal import Wire

/// What the runs of an organisation have used, by the day of UTC on which they ended.
enum TenantUsage {
  private static let dayMilliseconds: Int64 = 86_400_000

  /// Adds what a run has used that has ended, without what the runs did that it has started: those
  /// are added themselves.
  static func add(
    _ usage: TokenUsage, of organisation: String, at time: Timestamp,
    in transaction: borrowing Transaction
  ) throws(StoreError) {
    try transaction.execute(
      """
      INSERT INTO tenant_usage (org_id, day, runs, tokens, cost) VALUES (?1, ?2, 1, ?3, ?4)
      ON CONFLICT (org_id, day) DO UPDATE SET runs = runs + 1, tokens = tokens + excluded.tokens,
        cost = min(cost + excluded.cost, ?5)
      """, .text(organisation), .integer(day(of: time)), .integer(usage.totalTokens),
      .integer(usage.cost.micros), .integer(Dollars.most.micros))
  }

  /// What may be used up in a day.
  // swift-format-ignore
  private static let quotas: [DayQuota] = [
    DayQuota(name: "tokens_per_day", limit: { $0.tenantTokensPerDay.map { Int64($0) } }, used: { $0.tokens }),
    DayQuota(name: "cost_per_day",   limit: { $0.tenantCostPerDay?.micros },             used: { $0.cost }),
  ]

  /// The refusal of one more run, when something of the day's is used up.
  static func spent(
    of organisation: String, at time: Timestamp, _ limits: RunLimits,
    in reader: borrowing some Querying & ~Copyable
  ) throws(StoreError) -> Fault? {
    let limited = quotas.compactMap { quota in quota.limit(limits).map { (quota, $0) } }
    guard !limited.isEmpty else { return nil }
    let today = try reader.first(
      DayRow.self, "SELECT tokens, cost FROM tenant_usage WHERE org_id = ?1 AND day = ?2",
      .text(organisation), .integer(day(of: time)))
    guard let today, let (quota, limit) = limited.first(where: { $0.used(today) >= $1 }) else {
      return nil
    }
    let left = dayMilliseconds - time.milliseconds % dayMilliseconds
    return refusal(
      quota.name, limit: limit, used: quota.used(today), seconds: Int(left / 1000) + 1)
  }

  /// The refusal of whoever has used up what it may.
  static func refusal(_ quota: String, limit: Int64, used: Int64, seconds: Int) -> Fault {
    .usedUp(
      quota, limit: limit, used: used, name: "QUOTA_EXCEEDED",
      message: "the organisation has used up its \(quota)", seconds: seconds)
  }

  private static func day(of time: Timestamp) -> Int64 { time.milliseconds / dayMilliseconds }
}

/// Something of which an organisation may use so much in a day.
private struct DayQuota: Sendable {
  /// What refusals call it.
  let name: String
  /// How much there is; nil for any amount.
  let limit: @Sendable (RunLimits) -> Int64?
  let used: @Sendable (DayRow) -> Int64
}

/// What an organisation has used in a day.
private struct DayRow: Record, Sendable {
  let tokens: Int64
  /// Millionths of a US dollar.
  let cost: Int64

  init(row: borrowing Row) throws(StoreError) {
    tokens = try row.integer(0)
    cost = try row.integer(1)
  }
}
