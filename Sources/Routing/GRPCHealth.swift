internal import Contract
internal import Negotiation

/// `grpc.health.v1.Health`: `Check` asks once, `Watch` is told every change.
struct GRPCHealth: GRPCDialogue {
  /// `HealthCheckResponse.ServingStatus`.
  private enum Status: UInt64 {
    case serving = 1
    case notServing = 2
    case serviceUnknown = 3
  }

  private let names: [String]
  private let isWatching: Bool
  private var isKnown = true
  private var told: Status?
  private(set) var stage = GRPCStage.listening

  /// `names` are the services that there are, besides the empty name of the whole server.
  init(names: [String], isWatching: Bool) {
    self.names = names
    self.isWatching = isWatching
  }

  mutating func answer(_ message: [UInt8]) throws(Fault) -> [[UInt8]] {
    guard stage == .listening else {
      throw Fault(.unimplemented, "this method takes one message, and there were more")
    }
    let name = try Protobuf.text(1, of: message)
    isKnown = name.isEmpty || names.contains(name)
    // The two differ here by contract: who watches may watch what is yet to come.
    guard isKnown || isWatching else { throw Fault(.notFound, "there is no service \(name)") }
    stage = .asking
    return []
  }

  mutating func hear(isReady: Bool) -> [[UInt8]] {
    stage = isWatching ? .watching : .done
    let status: Status = !isKnown ? .serviceUnknown : isReady ? .serving : .notServing
    guard status != told else { return [] }
    told = status
    var message: [UInt8] = []
    Protobuf.append(status.rawValue, as: 1, to: &message)
    return [message]
  }

  mutating func finish() throws(Fault) {
    guard stage != .listening else {
      throw Fault(.unimplemented, "this method takes one message, and there was none")
    }
  }
}
