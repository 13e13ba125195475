import Gateway
import Testing

@testable import switchyard

@Suite struct MetricsTextTests {
  /// A text as Prometheus reads it: families with their kinds, and samples.
  private struct Reading {
    var kinds: [Substring: Substring] = [:]
    var helps: Set<Substring> = []
    var samples: [(name: Substring, labels: Substring, value: Double)] = []
    var problems: [String] = []

    init(_ text: String) {
      if !text.hasSuffix("\n") { problems.append("the last line has no end") }
      for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
        let words = line.split(separator: " ", maxSplits: 3)
        if line.hasPrefix("# HELP ") {
          if !helps.insert(words[2]).inserted { problems.append("help twice: \(line)") }
        } else if line.hasPrefix("# TYPE ") {
          if kinds.updateValue(words[3], forKey: words[2]) != nil {
            problems.append("type twice: \(line)")
          }
        } else {
          sample(line)
        }
      }
    }

    private mutating func sample(_ line: Substring) {
      guard let space = line.lastIndex(of: " "),
        let value = Double(line[line.index(after: space)...])
      else {
        problems.append("no value: \(line)")
        return
      }
      let series = line[..<space]
      let name = series.prefix { $0 != "{" }
      let isName = name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x3a: true
        default: false
        }
      }
      let labels = series.dropFirst(name.count)
      let isLabels = labels.isEmpty || labels.hasPrefix("{") && labels.hasSuffix("\"}")
      if !isName || !isLabels { problems.append("no series: \(line)") }
      if family(of: name) == nil { problems.append("no type before: \(line)") }
      samples.append((name, labels, value))
    }

    /// The family that a sample belongs to, by its own name or that of a histogram.
    private func family(of name: Substring) -> Substring? {
      if kinds[name] != nil { return name }
      for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
        let stem = name.dropLast(suffix.count)
        if kinds[stem] == "histogram" { return stem }
      }
      return nil
    }
  }

  private static func sample() -> MetricsText {
    var loops = LoopMetrics()
    loops.connectionsAccepted = 3
    loops.expired = ["idle": 1, "body": 2]
    for (route, status) in [(1, 200), (1, 404), (nil, 404)] {
      for nanoseconds in durations {
        loops.answers.count(route: route, status: status, nanoseconds: nanoseconds)
      }
    }
    var store = Metrics.StoreTotals()
    store.writes = 5
    store.latency = histogram()
    var text = MetricsText()
    text.add(loops) { $0 == 1 ? "runs.Get" : "unmatched" }
    text.add(store)
    text.gauge("switchyard_runs_pending", "Runs that wait for a worker.", 4)
    return text
  }

  private static let durations: [Int64] = [1, 20_000, 20_000, 5_000_000_000, 60_000_000_000]

  private static func histogram() -> Histogram {
    var histogram = Histogram()
    for nanoseconds in durations { histogram.add(nanoseconds) }
    return histogram
  }

  @Test("every sample has its family, every family its help, and none stands twice")
  func families() {
    let reading = Reading(Self.sample().text)
    #expect(reading.problems.isEmpty, "\(reading.problems)")
    #expect(Set(reading.kinds.keys) == reading.helps)
    #expect(Set(reading.samples.map { "\($0.name)\($0.labels)" }).count == reading.samples.count)
    #expect(reading.samples.first { $0.name == "switchyard_runs_pending" }?.value == 4)
    #expect(
      reading.samples.first { $0.labels == "{deadline=\"body\"}" }?.value == 2)
  }

  @Test(
    "the buckets of a histogram grow to its count",
    arguments: [
      ("http_request_duration_seconds", "route=\"runs.Get\",status=\"200\""),
      ("switchyard_store_commit_seconds", ""),
    ])
  func histograms(_ name: String, _ labels: String) {
    let reading = Reading(Self.sample().text)
    let prefix = labels.isEmpty ? "{le=" : "{\(labels),le="
    let buckets = reading.samples.filter {
      $0.name == name + "_bucket" && $0.labels.hasPrefix(prefix)
    }
    #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
    #expect(buckets.count == Histogram.bounds.count + 1)
    #expect(buckets.last?.labels.hasSuffix("le=\"+Inf\"}") == true && buckets.last?.value == 5)
    let suffix = labels.isEmpty ? "" : "{\(labels)}"
    let count = reading.samples.first { $0.name == name + "_count" && $0.labels == suffix }
    let sum = reading.samples.first { $0.name == name + "_sum" && $0.labels == suffix }
    #expect(count?.value == 5)
    #expect(abs((sum?.value ?? 0) - 65.000_040_001) < 1e-9)
  }
}
