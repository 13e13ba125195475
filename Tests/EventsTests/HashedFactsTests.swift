import Cryptography
import Testing
import Wire

@testable import Events

@Suite struct HashedFactsTests {
  @Test("a hash covers the canonical row", arguments: [nil, "some"])
  func coversCanonicalRow(optional: String?) {
    let payload: WireValue = ["b": [1, 2.5, nil], "a": "\u{1F600}"]
    let privacy: WireValue = ["level": "internal", "classes": []]
    let facts = HashedFacts(
      stream: "run:run_1", streamSequence: 7, tenant: "o1", project: optional, type: "run.started",
      time: Timestamp(milliseconds: 1_770_878_341_000), actor: Party("agent", "agt_1"),
      subject: Party("run", "run_1"), correlationID: optional,
      payload: StoredJSON(encoding: payload), privacy: StoredJSON(encoding: privacy))
    let row: WireValue = [
      "stream": "run:run_1", "stream_seq": 7, "tenant_id": "o1",
      "project_id": optional.map { .text($0) } ?? nil, "type": "run.started",
      "ts": 1_770_878_341_000, "actor_kind": "agent", "actor_id": "agt_1", "subject_kind": "run",
      "subject_id": "run_1", "correlation_id": optional.map { .text($0) } ?? nil,
      "payload": payload, "privacy": privacy,
    ]
    let previous = [UInt8](repeating: 3, count: 32)
    #expect(
      facts.hash(after: previous) == SHA256.digest(of: previous + row.canonicalJSON()).bytes)
  }
}
