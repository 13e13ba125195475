import Contract
import Gateway
import Routing
import Wire

/// What `switchyard bench` shows of a load.
struct BenchFigures {
  private let command: BenchCommand
  private let row: MethodDescription
  private let result: LoadResult

  private static let quantiles: [(name: WireValue, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1),
  ]

  init(_ command: BenchCommand, _ row: MethodDescription, _ result: LoadResult) {
    self.command = command
    self.row = row
    self.result = result
  }

  var value: WireValue {
    let answers = result.answers.sorted { $0.key < $1.key }
      .map { WireMember(.text("\($0.key)"), .integer(Int64($0.value))) }
    return .map(
      [
        WireMember("method", .text(row.name)),
        WireMember("rate", .text("\(command.rate)")),
        WireMember("connections", .integer(Int64(command.connections))),
        WireMember("streams", .integer(Int64(command.streams))),
        WireMember("seconds", Self.rounded(duration / 1e9)),
        WireMember("answers_per_second", Self.rounded(answersPerSecond)),
        WireMember("latency_ms", .map(latency)),
        WireMember(command.form.grpc ? "grpc_status" : "status", .map(answers)),
        WireMember("broken", .integer(Int64(result.broken))),
        WireMember("unanswered", .integer(Int64(result.unanswered))),
      ] + processor)
  }

  /// A line while the load goes on.
  static func progress(_ result: LoadResult, after seconds: Int64) -> String {
    let rate = result.answeredMeanwhile / max(1, Int(seconds))
    let slow = result.latency.quantile(0.99).map { ", p99 \(text(Double($0) / 1e6)) ms" } ?? ""
    return "\(rate) answers a second\(slow)"
  }

  private var duration: Double { Double(max(result.duration, 1)) }

  private var answersPerSecond: Double { Double(result.answeredMeanwhile) / duration * 1e9 }

  private var latency: [WireMember] {
    [WireMember("mean", result.latency.mean.map { Self.rounded($0 / 1e6) } ?? .null)]
      + Self.quantiles.map { name, share in
        let nanoseconds = result.latency.quantile(share)
        return WireMember(name, nanoseconds.map { Self.rounded(Double($0) / 1e6) } ?? .null)
      }
  }

  /// What the server used, where that is known.
  private var processor: [WireMember] {
    guard let time = result.processorTime else { return [] }
    let each = Double(time) / 1e3 / Double(result.answeredMeanwhile)
    return [
      WireMember("server_cores", Self.rounded(Double(time) / duration)),
      WireMember("server_cpu_us_per_answer", each.isFinite ? Self.rounded(each) : .null),
    ]
  }

  /// A number with three places.
  private static func rounded(_ value: Double) -> WireValue {
    .double((value * 1000).rounded() / 1000)
  }

  /// The same in words, without a point where there is no need of one.
  static func text(_ value: Double) -> String {
    let short = (value * 1000).rounded() / 1000
    return Int64(exactly: short).map { "\($0)" } ?? "\(short)"
  }
}
