/// Every limit of the request pipeline, with its default.
package struct InterfaceLimits: Sendable {
  /// The bytes of `:path` with its query; more is 414.
  package var targetBytesMax = 8192
  /// The parameters of a query; more is 400.
  package var queryParametersMax = 64
  /// The bytes of a request's body, or of one message of gRPC; more is 413.
  package var bodyBytesMax = 1 << 20
  /// The bytes from which a message is compressed for a caller who compresses its own.
  package var compressedBytesMin = 1024
  /// The requests that one caller may make in a second on average; 0 is no limit.
  package var requestsPerSecond = 0
  /// The requests that one caller may make at once after a pause.
  package var requestBurst = 100
  /// The callers whose rate is remembered at once.
  package var rateBucketsMax = 10_000
  /// What the rates of single methods are multiplied by.
  package var networkRateScale = 1
  /// The networks whose rates are remembered at once.
  package var networkBucketsMax = 100_000

  package init() {}

  /// Everything that is wrong with these limits taken together.
  package func problems() -> [String] {
    let rows: [(String, Int, ClosedRange<Int>)] = [
      ("targetBytesMax", targetBytesMax, 64...65_536),
      ("queryParametersMax", queryParametersMax, 1...1024),
      ("bodyBytesMax", bodyBytesMax, 1...(1 << 30)),
      ("compressedBytesMin", compressedBytesMin, 1...(1 << 30)),
      ("requestsPerSecond", requestsPerSecond, 0...1_000_000),
      ("requestBurst", requestBurst, 1...1_000_000),
      ("rateBucketsMax", rateBucketsMax, 1...1_000_000),
      ("networkRateScale", networkRateScale, 1...1_000_000),
      ("networkBucketsMax", networkBucketsMax, 1...10_000_000),
    ]
    return rows.compactMap { name, value, allowed in
      allowed.contains(value)
        ? nil : "\(name) is \(value), not between \(allowed.lowerBound) and \(allowed.upperBound)"
    }
  }
}
