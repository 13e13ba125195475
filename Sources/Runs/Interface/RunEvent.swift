package import Wire

/// One event of a run, as every reader gets it.
package struct RunEvent: Coded {
  package let v: Int64
  /// The place in the run, from 1: also the cursor.
  package let seq: Int64
  package let ts: Timestamp
  package let sessionKey: SessionKey
  package let runID: RunID
  /// The agent that acts; in a run of a group, the member whose turn it is.
  package let agentID: String
  /// The group, in a run of one.
  package let groupID: Patch<String>
  /// What agents say to each other: the last word of the type, in capitals.
  package let messageType: Patch<String>
  /// The agent to whom it is said, where it is said to one.
  package let toAgentID: Patch<String>
  /// The step that it belongs to; `step_0` is the run as a whole.
  package let stepID: String
  package let spanID: String
  package let parentSpanID: String?
  package let type: String
  package let payload: WireValue
  package let redaction: EventRedaction
}

/// What was taken out of an event before it was written.
package struct EventRedaction: Coded {
  package let containsSecrets: Bool
}
