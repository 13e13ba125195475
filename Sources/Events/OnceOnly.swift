package import Contract
package import Store
package import Wire

/// Runs a change once for each idempotency key and keeps what came of it in the same transaction
/// (the catalogue, §0.5).
///
/// The single writer makes a claim and its result one step: a second request with the key finds the
/// finished result or nothing, never a request in flight.
package enum OnceOnly {
  /// How long an outcome is kept, in milliseconds.
  package static let keptMilliseconds: Int64 = 24 * 3_600_000

  /// The statuses of refusals that are outcomes; all others leave the key free.
  private static let keptRefusals: Set<FaultCode> = [
    .invalid, .notFound, .conflict, .gone, .preconditionFailed, .unprocessable,
  ]

  /// Runs `work` once for `claim`; `completion` gets its answer, or the one that the first request
  /// with the claim got, on the writer's thread or at once on the caller's.
  ///
  /// `work` answers with an `output`, and decides before it writes: a refusal that is kept must not
  /// take changes along.
  package static func run(
    _ claim: IdempotencyClaim?, for output: any Coded.Type, on database: Database, now: Timestamp,
    _ work: @escaping @Sendable (borrowing Transaction) throws(Fault) -> ChangeAnswer,
    completion: @escaping ChangeCompletion
  ) {
    guard let claim else { return database.writeThen(work, completion: completion) }
    database.writeThen(
      { (transaction) throws(Fault) -> Result<ChangeAnswer, Fault> in
        if let kept = try KeptOutcome.find(claim, now: now, in: transaction) {
          return try kept.replay(claim, as: output)
        }
        let outcome: Result<ChangeAnswer, Fault>
        do throws(Fault) {
          outcome = .success(try work(transaction))
        } catch {
          guard keptRefusals.contains(error.code) else { throw error }
          outcome = .failure(error)
        }
        try KeptOutcome.keep(
          outcome, claim, until: now.milliseconds + keptMilliseconds, in: transaction)
        return outcome
      }, completion: { completion($0.flatMap(\.self)) })
  }

  /// The same for a caller that waits.
  package nonisolated(nonsending) static func run<Output: Coded>(
    _ claim: IdempotencyClaim?, on database: Database, now: Timestamp,
    _ work: @escaping @Sendable (borrowing Transaction) throws(Fault) -> Output
  ) async throws(Fault) -> Answer<Output> {
    // SAFETY: the store answers once, whatever becomes of the work.
    let outcome = unsafe await withUnsafeContinuation { continuation in
      run(
        claim, for: Output.self, on: database, now: now,
        { (transaction) throws(Fault) in ChangeAnswer(try work(transaction)) },
        // SAFETY: as above.
        completion: { unsafe continuation.resume(returning: $0) })
    }
    let answer = try outcome.get()
    guard let value = answer.value as? Output else {
      preconditionFailure("a change answered with another type than its own")
    }
    return Answer(value, isReplayed: answer.isReplayed)
  }

  /// Forgets outcomes whose time is over, at most `limit`; the number forgotten.
  package static func purge(
    now: Timestamp, limit: Int, in transaction: borrowing Transaction
  ) throws(StoreError) -> Int {
    try transaction.execute(
      """
      DELETE FROM kept_answers WHERE key IN
        (SELECT key FROM kept_answers WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
      """, .integer(now.milliseconds), .integer(Int64(limit)))
  }
}

/// An outcome as it lies in the store: the value's JSON, or the refusal's.
private struct KeptOutcome: Record {
  let fingerprint: [UInt8]
  let isRefusal: Bool
  let outcome: [UInt8]

  init(row: borrowing Row) throws(StoreError) {
    fingerprint = try row.blob(0)
    isRefusal = try row.integer(1) == 1
    outcome = try row.textBytes(2)
  }

  static func find(
    _ claim: IdempotencyClaim, now: Timestamp, in transaction: borrowing Transaction
  ) throws(Fault) -> KeptOutcome? {
    do throws(StoreError) {
      return try transaction.first(
        KeptOutcome.self,
        """
        SELECT fingerprint, is_refusal, outcome FROM kept_answers
        WHERE key = ?1 AND expires_at > ?2
        """, .text(claim.key), .integer(now.milliseconds))
    } catch {
      throw Fault(error)
    }
  }

  static func keep(
    _ outcome: Result<ChangeAnswer, Fault>, _ claim: IdempotencyClaim, until end: Int64,
    in transaction: borrowing Transaction
  ) throws(Fault) {
    let (bytes, isRefusal) =
      switch outcome {
      case .success(let answer): (answer.value.json(), false)
      case .failure(let fault): (fault.kept.json(), true)
      }
    do throws(StoreError) {
      try transaction.execute(
        """
        INSERT INTO kept_answers (key, fingerprint, is_refusal, outcome, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint,
          is_refusal = excluded.is_refusal, outcome = excluded.outcome,
          expires_at = excluded.expires_at
        """, .text(claim.key), .blob(claim.fingerprint), .integer(isRefusal ? 1 : 0),
        .text(String(decoding: bytes, as: UTF8.self)), .integer(end))
    } catch {
      throw Fault(error)
    }
  }

  /// The outcome again, unless the key stands for another request.
  func replay(
    _ claim: IdempotencyClaim, as output: any Coded.Type
  ) throws(Fault) -> Result<ChangeAnswer, Fault> {
    guard fingerprint == claim.fingerprint else {
      throw Fault(
        .unprocessable, "the idempotency key was used for another request",
        name: "IDEMPOTENCY_KEY_REUSED")
    }
    do throws(DecodeError) {
      return isRefusal
        ? .failure(try Fault(kept: WireValue(json: outcome)))
        : .success(ChangeAnswer(try output.init(json: outcome), isReplayed: true))
    } catch {
      throw Fault(.broken, "a kept answer does not read")
    }
  }
}

extension Fault {
  /// The refusal as it is kept: enough to give the same answer again.
  fileprivate var kept: WireValue {
    [
      "code": .text(code.rawValue), "name": name.map { .text($0) } ?? .null,
      "message": .text(message),
      "details": .array(details.map { .array([.text($0.name), $0.value]) }),
    ]
  }

  fileprivate init(kept value: WireValue) throws(DecodeError) {
    guard case .text(let rawCode)? = value["code"], let code = FaultCode(rawValue: rawCode),
      case .text(let message)? = value["message"], case .array(let rows)? = value["details"]
    else { throw DecodeError(.wrongType, at: nil, "not a kept refusal") }
    var details: [Detail] = []
    for case .array(let row) in rows where row.count == 2 {
      if case .text(let name) = row[0] { details.append(Detail(name, row[1])) }
    }
    var name: String?
    if case .text(let text)? = value["name"] { name = text }
    self.init(code, message, name: name, details: details, isReplayed: true)
  }
}
