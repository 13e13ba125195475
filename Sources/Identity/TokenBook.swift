package import Contract
internal import Cryptography
package import Store
internal import Synchronization
internal import Wire

/// Knows callers by opaque tokens and by those that sessions have signed; what it learned from the
/// store it believes for one second, so that a token that another process revokes is dead a second
/// later.
package final class TokenBook: Authenticator {
  private struct Entry {
    let principal: Principal
    /// When the token ends by itself; nil where it does not.
    let end: Timestamp?
    /// When the store was asked, in nanoseconds of the monotonic clock.
    let learned: Int64
  }

  /// How long an answer of the store is believed.
  private static let beliefNanoseconds: Int64 = 1_000_000_000
  /// Tokens that are remembered at once; one more makes the book start anew.
  private static let entriesMax = 10_000
  /// The longest text that can be a token; a longer one is refused unread.
  private static let bytesMax = JSONWebToken.bytesMax

  private struct Memory: ~Copyable {
    var entries: [Digest: Entry] = [:]
    /// One computation for all tokens: making one costs more than using it.
    private var computation = SHA256()

    mutating func digest(of bearer: [UInt8]) -> Digest {
      computation.update(bearer)
      return computation.finish()
    }
  }

  private let memory = Mutex(Memory())
  private let database: Database
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let accessTokens: AccessTokens
  private let foreign: ForeignIssuers

  package init(
    database: Database, wallClock: any WallClock, clock: any MonotonicClock,
    accessTokens: AccessTokens, foreign: ForeignIssuers = .none
  ) {
    self.foreign = foreign
    self.accessTokens = accessTokens
    self.database = database
    self.wallClock = wallClock
    self.clock = clock
  }

  package var withoutCredential: Principal? { nil }

  package func recognise(bearer: [UInt8]) -> Recognition {
    guard bearer.count <= Self.bytesMax else { return .unknown }
    let now = clock.nanoseconds
    let wallNow = wallClock.now
    return memory.withLock { memory in
      guard let entry = memory.entries[memory.digest(of: bearer)],
        now - entry.learned < Self.beliefNanoseconds, entry.end.map({ wallNow < $0 }) ?? true
      else { return .unknown }
      let believed = entry.learned + Self.beliefNanoseconds
      guard let expiry = entry.end else {
        return .known(entry.principal, until: believed)
      }
      // A token that lives for longer than a belief could overflow what is counted here.
      let longest = Self.beliefNanoseconds / 1_000_000
      let left = min(expiry.milliseconds - wallNow.milliseconds, longest) * 1_000_000
      return .known(entry.principal, until: min(believed, now + left))
    }
  }

  package nonisolated(nonsending) func find(bearer: [UInt8]) async throws(Fault) -> Principal? {
    guard bearer.count <= Self.bytesMax else { return nil }
    let digest = memory.withLock { $0.digest(of: bearer) }
    let now = clock.nanoseconds
    let (accessTokens, foreign, wallNow) = (accessTokens, foreign, wallClock.now)
    let entry = try await Self.asking(database) { (reader) throws(StoreError) -> Entry? in
      if bearer.starts(with: TokenSecret.prefix.utf8) {
        guard let record = try TokenRecord.find(hash: digest.bytes, in: reader),
          record.isLive(at: wallNow)
        else { return nil }
        return Entry(principal: record.principal, end: record.expiresAt, learned: now)
      }
      let found =
        try accessTokens.caller(of: bearer, at: wallNow, in: reader)
        ?? foreign.caller(of: bearer, at: wallNow)
      return found.map { Entry(principal: $0.principal, end: $0.end, learned: now) }
    }
    memory.withLock { memory in
      if memory.entries.count >= Self.entriesMax { memory.entries.removeAll() }
      memory.entries[digest] = entry
    }
    return entry?.principal
  }

  package nonisolated(nonsending) func ended(
    among credentials: Set<String>
  ) async throws(Fault) -> Set<String> {
    let now = wallClock.now
    let asked = credentials.subtracting([Principal.anonymous.id])
    guard !asked.isEmpty else { return [] }
    return try await Self.asking(database) { (reader) throws(StoreError) in
      var ended = asked
      for credential in asked where try Self.isLive(credential, at: now, in: reader) {
        ended.remove(credential)
      }
      return ended
    }
  }

  private static func isLive(
    _ credential: String, at now: Timestamp, in reader: borrowing Reader
  ) throws(StoreError) -> Bool {
    guard let session = SessionCredential(text: credential) else {
      return try TokenRecord.find(id: credential, in: reader)?.isLive(at: now) == true
    }
    guard now < session.end else { return false }
    if session.family.isEmpty { return true }
    return try TokenFamily.find(session.family, in: reader)?.isLive(at: now) == true
  }

  /// Reads from the store; one that cannot be asked says nothing about any token.
  private nonisolated(nonsending) static func asking<T: Sendable>(
    _ database: Database, _ read: @escaping @Sendable (borrowing Reader) throws(StoreError) -> T
  ) async throws(Fault) -> T {
    do throws(StoreError) {
      return try await database.read(read)
    } catch {
      throw Fault(.unavailable, "tokens cannot be checked now", retryAfterSeconds: 1)
    }
  }
}

/// Lets everybody in with every permission: `--insecure-no-auth`, on loopback only.
package struct OpenDoor: Authenticator {
  private static let everybody = Principal(
    kind: .unchecked, id: "unchecked", permissions: Set(Permission.allCases))

  package init() {}

  package var withoutCredential: Principal? { Self.everybody }

  package func recognise(bearer: [UInt8]) -> Recognition {
    .known(Self.everybody, until: .max)
  }

  package nonisolated(nonsending) func find(bearer: [UInt8]) async throws(Fault) -> Principal? {
    Self.everybody
  }

  package nonisolated(nonsending) func ended(
    among credentials: Set<String>
  ) async throws(Fault) -> Set<String> { [] }
}
