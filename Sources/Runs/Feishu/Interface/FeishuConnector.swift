package import Wire

/// The name of a connector: `fconn_` and letters or digits.
package struct ConnectorID: MadeName {
  package static let prefix: StaticString = "fconn_"
  package let text: String

  package init(trusted text: String) { self.text = text }
}

/// Whether the server looks of its own accord.
package enum ConnectorStatus: String, Coded, CaseIterable {
  case active
  /// Only when it is asked to.
  case paused
}

/// What makes a connector.
package struct CreateConnector: Coded {
  /// What people call the connector by.
  package let name: Text<1, 120>
  /// Whether the server looks of its own accord; `active` when it is absent.
  package let status: ConnectorStatus?
  /// What it reads; an empty map takes all defaults.
  package let config: ConnectorConfig
}

/// A change of a connector; a field that is not there stays.
package struct UpdateConnector: Coded {
  package let connectorID: ConnectorID
  /// What people call the connector by.
  package let name: Patch<Text<1, 120>>
  /// Whether the server looks of its own accord.
  package let status: Patch<ConnectorStatus>
  /// What it reads from now on: it takes the place of all that held, and what is absent in it has
  /// its default.
  package let config: Patch<ConnectorConfig>
}

/// What is read of Feishu for a project.
package struct FeishuConnector: Coded {
  package let id: String
  package let orgID: String
  package let projectID: String
  package let name: String
  package let status: ConnectorStatus
  package let config: ConnectorConfig
  /// The user who made it.
  package let createdBy: String
  /// When a sync ended, however it did.
  package let lastSyncAt: Timestamp?
  /// When a sync was completed.
  package let lastSuccessAt: Timestamp?
  /// Why the last sync failed; null when it did not.
  package let lastError: String?
  /// When the server looked of its own accord.
  package let lastPolledAt: Timestamp?
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
}

/// Which connector is meant.
package struct ConnectorReference: Coded {
  package let connectorID: ConnectorID
}

/// The connectors of a project, in the order of their making.
package struct ConnectorList: Coded {
  package let connectors: [FeishuConnector]
}
