import Contract

/// Knows a few callers by memory and one by the store.
struct SampleAuthenticator: Authenticator {
  var withoutCredential: Principal?
  /// The moment until which callers are known.
  static let believed: Int64 = 1_000

  static let known: [String: Principal] = [
    "all": Principal(kind: .token, id: "all", permissions: [.read, .write, .admin]),
    "reader": Principal(kind: .token, id: "reader", permissions: [.read]),
    "bound": Principal(
      kind: .token, id: "bound", permissions: [.read, .write], organisation: "o1", user: "u1",
      project: "p1"),
  ]

  func recognise(bearer: [UInt8]) -> Recognition {
    Self.known[String(decoding: bearer, as: UTF8.self)].map { .known($0, until: Self.believed) }
      ?? .unknown
  }

  func find(bearer: [UInt8]) async throws(Fault) -> Principal? {
    switch String(decoding: bearer, as: UTF8.self) {
    case "stored": Principal(kind: .token, id: "stored", permissions: [.read, .write])
    case "broken": throw Fault(.unavailable, "the store is away", retryAfterSeconds: 3)
    default: nil
    }
  }

  func ended(among credentials: Set<String>) async throws(Fault) -> Set<String> {
    credentials.subtracting(Self.known.keys)
  }
}
