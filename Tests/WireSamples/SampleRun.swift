import Wire

/// An event as it is nested in the sample run.
struct SampleEvent: Coded, Equatable {
  let seq: Int
  let type: SampleEventType
  let ts: Timestamp
  let payload: Payload

  struct Payload: Coded, Equatable {
    let text: String
    let stepID: String?
  }
}

enum SampleEventType: String, Coded, CaseIterable {
  case started = "run.started"
  case delta = "output.delta"
  case completed = "run.completed"
}

enum SampleStatus: String, Coded, CaseIterable {
  case pending, running, completed, failed, cancelled
}

/// A record with ten fields of many kinds.
struct SampleRun: Coded, Equatable {
  let runID: Text<1, 40>
  let sessionKey: Text<1, 80>
  let status: SampleStatus
  let input: Text<1, 1000>
  let output: String?
  let createdAt: Timestamp
  let durationMs: Int?
  let temperature: Double
  let tags: [Text<1, 20>]
  let events: [SampleEvent]
}

/// A record with what the other does not have: defaults, bounds, patches, open fields, maps, bytes.
struct SampleChange: Coded, Equatable {
  let name: Text<1, 8>
  var limit: Bounded<1, 200> = 50
  let note: Patch<Text<0, 8>>
  let metadata: WireValue?
  let scores: TextMap<Double>?
  let digest: ByteString?
  let isUrgent: Bool?
  let stored: StoredJSON?
}

/// What a list call takes from path, query and body.
struct SampleQuery: Coded, Equatable {
  let sessionKey: Text<1, 8>
  var limit: Bounded<1, 200> = 50
  let status: [SampleStatus]?
  let since: Timestamp?
  let isDeep: Bool?
  let ratio: Double?
  let digest: ByteString?
  let any: WireValue?
}
