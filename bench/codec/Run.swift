import Wire

/// The run that is measured: ten fields and four events, 772 bytes of JSON.
struct Run: Coded, Equatable {
  let runID: Text<1, 40>
  let sessionKey: Text<1, 80>
  let agentID: Text<1, 40>
  let status: Status
  let input: Text<1, 100_000>
  let output: String?
  let attempts: Int
  let createdAt: Timestamp
  let endedAt: Timestamp?
  let events: [Event]

  struct Event: Coded, Equatable {
    let seq: Int
    let type: Kind
    let ts: Timestamp
    let spanID: Text<1, 40>
    let text: String
  }

  enum Status: String, Coded, CaseIterable {
    case pending
    case running
    case completed
  }

  enum Kind: String, Coded, CaseIterable {
    case started = "run.started"
    case delta = "output.delta"
    case completed = "run.completed"
  }
}
