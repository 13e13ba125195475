import Contract

/// Lets everybody in.
struct Everybody: Authenticator {
  var withoutCredential: Principal? { .anonymous }

  func recognise(bearer: [UInt8]) -> Recognition { .known(.anonymous) }
  func find(bearer: [UInt8]) async throws(Fault) -> Principal? { .anonymous }
}
