package import Wire

/// What asks for a sync.
package struct SyncConnector: Coded {
  package let connectorID: ConnectorID
  /// Whether the answer waits for the job's end, for a minute at most.
  package var wait: Bool = true
}

/// Who wanted a sync.
package enum FeishuTrigger: String, Coded, CaseIterable {
  case manual
  case poll
}

/// How far a sync has come.
package enum FeishuJobStatus: String, Coded, CaseIterable {
  case pending
  case running
  case completed
  case failed

  /// Whether it comes no further.
  package var isFinal: Bool {
    switch self {
    case .pending, .running: false
    case .completed, .failed: true
    }
  }
}

/// What a sync has come across.
package struct FeishuStats: Coded, Hashable {
  /// Different sources that the connector names, those beyond its limit among them.
  package var discovered: Int64 = 0
  /// Sources that were read and kept.
  package var processed: Int64 = 0
  /// Sources that are as they were, or beyond the limit.
  package var skipped: Int64 = 0
  /// Sources and folders that could not be read.
  package var failed: Int64 = 0
  /// Documents among those that were kept.
  package var docxDocs: Int64 = 0
  /// Tables of the bases that were kept.
  package var bitableTables: Int64 = 0
  /// Chunks of what was kept.
  package var chunkCount: Int64 = 0
}

/// One sync of a connector.
package struct FeishuJob: Coded {
  package let id: String
  package let orgID: String
  package let projectID: String
  package let connectorID: String
  package let trigger: FeishuTrigger
  package let status: FeishuJobStatus
  package let startedAt: Timestamp?
  package let endedAt: Timestamp?
  package let stats: FeishuStats
  /// Why the whole job failed; a source that fails is counted only.
  package let errorMessage: String?
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which jobs of a connector are wanted.
package struct JobsQuery: Coded {
  package let connectorID: ConnectorID
  /// The most that are wanted; less than 1 is taken for 1, more than 100 for 100.
  package var limit: Int64 = 20
}

/// The jobs of a connector, newest first.
package struct JobList: Coded {
  package let jobs: [FeishuJob]
}
