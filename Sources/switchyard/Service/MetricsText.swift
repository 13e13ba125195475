import Gateway
import Runs

/// Writes counters as Prometheus reads them.
struct MetricsText {
  private(set) var text = ""

  mutating func gauge(_ name: String, _ help: String, _ value: Int) {
    head(name, help, "gauge")
    text += "\(name) \(value)\n"
  }

  mutating func counter(_ name: String, _ help: String, _ value: Int) {
    head(name, help, "counter")
    text += "\(name) \(value)\n"
  }

  // swift-format-ignore
  mutating func add(_ loops: LoopMetrics, nameOf: (Int?) -> String) {
    counter("switchyard_connections_accepted_total", "Connections that were accepted.",                loops.connectionsAccepted)
    counter("switchyard_connections_refused_total",  "Connections that were one too many.",             loops.connectionsRefused)
    counter("switchyard_listening_paused_total",     "Times that connections were left waiting.",       loops.listeningPaused)
    counter("switchyard_connections_closed_total",   "Connections that have ended.",                    loops.connectionsClosed)
    counter("switchyard_tls_handshakes_total",       "TLS handshakes that were completed.",             loops.handshakes)
    counter("switchyard_tls_failures_total",         "TLS handshakes and records that failed.",         loops.tlsFailures)
    counter("switchyard_plaintext_refused_total",    "Connections that spoke no TLS.",                  loops.plaintextRefused)
    counter("switchyard_protocol_errors_total",      "Connections that ended with an HTTP/2 error.",    loops.protocolErrors)
    counter("switchyard_request_tasks_total",        "Requests that waited for something.",             loops.tasksStarted)
    counter("switchyard_feed_pages_total",           "Pages that were read for feeds.",                 loops.feedPagesRead)
    counter("switchyard_feed_events_total",          "Events that were read for feeds.",                loops.feedEventsRead)
    counter("switchyard_feed_failures_total",        "Pages of feeds that could not be read.",          loops.feedFailures)
    gauge("switchyard_streams_open",                 "Streams that are open.",                          loops.openStreams)
    gauge("switchyard_buffered_bytes",               "Bytes that connections hold for slow peers.",     loops.bufferedBytes)
    gauge("switchyard_requests_running",             "Requests that are being worked on.",              loops.running)
    gauge("switchyard_feeds_open",                   "Feeds that are open.",                            loops.openFeeds)
    head("switchyard_feed_lag_seconds", "From the commit of events to their subscribers.", "histogram")
    series("switchyard_feed_lag_seconds", "", loops.feedLag)
    head("switchyard_deadlines_missed_total", "Connections that were ended by a deadline.", "counter")
    for (reason, count) in loops.expired.sorted(by: { $0.key < $1.key }) {
      text += "switchyard_deadlines_missed_total{deadline=\"\(reason)\"} \(count)\n"
    }
    head("http_request_duration_seconds", "From the end of a request to its answer.", "histogram")
    for cell in loops.answers.cells {
      series("http_request_duration_seconds", "route=\"\(nameOf(cell.route))\",status=\"\(cell.status)\"", cell.durations)
    }
  }

  mutating func add(_ store: Metrics.StoreTotals) {
    counter("switchyard_store_batches_total", "Transactions that were committed.", store.batches)
    counter("switchyard_store_writes_total", "Writes in those transactions.", store.writes)
    counter("switchyard_store_refused_total", "Writes that were taken back.", store.refused)
    counter("switchyard_store_failures_total", "Transactions that failed.", store.failures)
    gauge("switchyard_store_queue", "Writes that wait for a transaction.", store.queued)
    head("switchyard_store_commit_seconds", "How long commits took.", "histogram")
    series("switchyard_store_commit_seconds", "", store.latency)
  }

  mutating func add(_ embeddings: EmbeddingGauge) {
    for count in EmbeddingGauge.Count.allCases {
      let (name, help) = count.words
      counter("switchyard_embedding_\(name)_total", help, embeddings.value(count))
    }
  }

  private mutating func head(_ name: String, _ help: String, _ kind: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  private mutating func series(_ name: String, _ labels: String, _ histogram: Histogram) {
    let prefix = labels.isEmpty ? "" : labels + ","
    var total = 0
    for index in histogram.counts.indices {
      total += histogram.counts[index]
      let bound =
        index < Histogram.bounds.count
        ? "\(Double(Histogram.bounds[index]) / 1_000_000_000)" : "+Inf"
      text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
    }
    let suffix = labels.isEmpty ? "" : "{\(labels)}"
    text += "\(name)_sum\(suffix) \(Double(histogram.sum) / 1_000_000_000)\n"
    text += "\(name)_count\(suffix) \(total)\n"
  }
}

extension EmbeddingGauge.Count {
  /// How it is called and what it is.
  // swift-format-ignore
  fileprivate var words: (name: String, help: String) {
    switch self {
    case .made:             ("vectors",           "Vectors of memories that were made.")
    case .failures:         ("failures",          "Requests for vectors of memories that came to nothing.")
    case .questions:        ("questions",         "Questions whose meaning a provider has told.")
    case .questionFailures: ("question_failures", "Questions answered by words alone because a provider failed.")
    }
  }
}
