package import Contract
internal import Cryptography
package import Store

/// Hashes and checks passwords on threads of its own, so that no event loop waits for them.
package final class PasswordHasher: Sendable {
  /// What a check found.
  package enum Verdict: Hashable, Sendable {
    case wrong
    case right
    /// Right, and hashed with other numbers than are the standard now: this one is to be kept.
    case rightAfter(rehashing: String)
  }

  private let pool: WorkerPool
  private let scrypt: Scrypt
  /// What stands in for the hash of somebody who is not there.
  private let nobody: PasswordHash

  /// Hashes with the standard's numbers on `threads` threads, for whom up to `waitingMax` passwords
  /// may wait.
  package convenience init(threads: Int, waitingMax: Int) throws(StoreError) {
    try self.init(threads: threads, waitingMax: waitingMax, scrypt: PasswordHash.standard)
  }

  init(threads: Int, waitingMax: Int, scrypt: Scrypt) throws(StoreError) {
    pool = try WorkerPool(threads: threads, waitingMax: waitingMax, isPolite: true)
    self.scrypt = scrypt
    nobody = PasswordHash("", scrypt: scrypt)
  }

  /// What is kept of a password.
  package nonisolated(nonsending) func hash(_ password: String) async throws(Fault) -> String {
    let scrypt = scrypt
    guard let text = await pool.run({ PasswordHash(password, scrypt: scrypt).text }) else {
      throw Self.overloaded
    }
    return text
  }

  /// Whether the hash is of that password; without a hash it is wrong, and takes as long.
  package nonisolated(nonsending) func check(
    _ password: String, against text: String?
  ) async throws(Fault) -> Verdict {
    let known = text.flatMap(PasswordHash.init(text:))
    let (hash, scrypt) = (known ?? nobody, scrypt)
    let verdict = await pool.run { () -> Verdict in
      guard hash.verifies(password), known != nil else { return .wrong }
      guard hash.scrypt != scrypt else { return .right }
      return .rightAfter(rehashing: PasswordHash(password, scrypt: scrypt).text)
    }
    guard let verdict else { throw Self.overloaded }
    return verdict
  }

  private static let overloaded = Fault(
    .unavailable, "too many passwords are being checked", retryAfterSeconds: 1)
}
