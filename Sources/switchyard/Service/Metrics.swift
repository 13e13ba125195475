import Contract
import Gateway
import Routing
import Runs
import Store
import Synchronization
import Wire

/// The server's counters in Prometheus' text format (version 0.0.4).
final class Metrics: Sendable {
  private let gateway = Mutex<Listener?>(nil)
  private let store = Mutex(StoreTotals())
  private let gauge = Mutex<QueueGauge?>(nil)
  private let embeddings = Mutex<EmbeddingGauge?>(nil)

  /// What the store has told.
  struct StoreTotals {
    var batches = 0
    var writes = 0
    var refused = 0
    var failures = 0
    var latency = Histogram()
    var queued = 0
  }

  /// Gives the parts that exist only once the server is put together.
  func attach(_ gateway: Listener, _ gauge: QueueGauge) {
    self.gateway.withLock { $0 = gateway }
    self.gauge.withLock { $0 = gauge }
  }

  /// Gives what counts vectors.
  func attach(_ embeddings: EmbeddingGauge) { self.embeddings.withLock { $0 = embeddings } }

  func note(_ event: StoreEvent) {
    guard case .committed(let commit) = event else { return }
    store.withLock { totals in
      totals.batches += 1
      totals.writes += commit.writes
      totals.refused += commit.refused
      totals.failures += commit.failure == nil ? 0 : 1
      totals.latency.add(Int64(clamping: commit.commitNanoseconds))
      totals.queued = commit.queued
    }
  }

  static let methods: [Method<Metrics>] = [
    Method(
      page: "switchyard.interface.v1.Interface/Metrics", "/metrics", zone: .root,
      summary: "Shows the counters in Prometheus' text format.",
      type: "text/plain; version=0.0.4; charset=utf-8", permission: nil
    ) { (metrics, _: NoInput, _) async throws(Fault) -> [UInt8] in
      Array(await metrics.text().utf8)
    }
  ]

  private func text() async -> String {
    let gateway = gateway.withLock { $0 }
    let gauge = gauge.withLock { $0 }
    let store = store.withLock { $0 }
    var text = MetricsText()
    if let gateway { text.add(await gateway.metrics(), nameOf: gateway.interface.name(ofRoute:)) }
    text.add(store)
    if let gauge {
      text.gauge("switchyard_runs_pending", "Runs that wait for a worker.", Int(gauge.pending))
      text.gauge("switchyard_runs_running", "Runs that are executed.", Int(gauge.running))
    }
    if let embeddings = embeddings.withLock({ $0 }) { text.add(embeddings) }
    return text.text
  }
}
