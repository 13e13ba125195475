import Foundation

/// The same run for `Codable`, with times as text already, which spares Foundation its date formatter.
struct FoundationRun: Codable, Equatable {
  let runID: String
  let sessionKey: String
  let agentID: String
  let status: String
  let input: String
  let output: String?
  let attempts: Int
  let createdAt: String
  let endedAt: String?
  let events: [Event]

  struct Event: Codable, Equatable {
    let seq: Int
    let type: String
    let ts: String
    let spanID: String
    let text: String

    enum CodingKeys: String, CodingKey {
      case seq, type, ts, text
      case spanID = "span_id"
    }
  }

  enum CodingKeys: String, CodingKey {
    case status, input, output, attempts, events
    case runID = "run_id"
    case sessionKey = "session_key"
    case agentID = "agent_id"
    case createdAt = "created_at"
    case endedAt = "ended_at"
  }
}
