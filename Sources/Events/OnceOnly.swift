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
  /// take changes along. One that it returns, instead of throwing it, takes its changes along and
  /// is not kept.
  package static func run(
    _ claim: IdempotencyClaim?, for output: any Coded.Type, on database: Database, now: Timestamp,
    sealedBy seal: OutcomeSeal? = nil,
    _ work:
      @escaping @Sendable (borrowing Transaction) throws(Fault) -> Result<ChangeAnswer, Fault>,
    completion: @escaping ChangeCompletion
  ) {
    guard let claim else {
      return database.writeThen(work, completion: { completion($0.flatMap(\.self)) })
    }
    database.writeThen(
      { (transaction) throws(Fault) -> Result<ChangeAnswer, Fault> in
        if let kept = try KeptOutcome.find(claim, now: now, in: transaction) {
          return try kept.replay(claim, as: output, seal)
        }
        let outcome: Result<ChangeAnswer, Fault>
        do throws(Fault) {
          outcome = try work(transaction)
          if case .failure = outcome { return outcome }
        } catch {
          guard keptRefusals.contains(error.code) else { throw error }
          outcome = .failure(error)
        }
        try KeptOutcome.keep(
          outcome, claim, until: now.milliseconds + keptMilliseconds, seal, in: transaction)
        return outcome
      }, completion: { completion($0.flatMap(\.self)) })
  }

  /// The same for a caller that waits.
  package nonisolated(nonsending) static func run<Output: Coded>(
    _ claim: IdempotencyClaim?, on database: Database, now: Timestamp,
    sealedBy seal: OutcomeSeal? = nil,
    _ work: @escaping @Sendable (borrowing Transaction) throws(Fault) -> Result<Output, Fault>
  ) async throws(Fault) -> Answer<Output> {
    // SAFETY: the store answers once, whatever becomes of the work.
    let outcome = unsafe await withUnsafeContinuation { continuation in
      run(
        claim, for: Output.self, on: database, now: now, sealedBy: seal,
        { (transaction) throws(Fault) in try work(transaction).map { ChangeAnswer($0) } },
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

/// How outcomes that hold secrets lie in the store.
package struct OutcomeSeal: Sendable {
  let seal: @Sendable ([UInt8], _ place: String) -> [UInt8]
  let open: @Sendable ([UInt8], _ place: String) -> [UInt8]?

  /// `open` gives what `seal` was given for the same place, and nil for anything else.
  package init(
    seal: @escaping @Sendable ([UInt8], _ place: String) -> [UInt8],
    open: @escaping @Sendable ([UInt8], _ place: String) -> [UInt8]?
  ) {
    self.seal = seal
    self.open = open
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
    _ seal: OutcomeSeal?, in transaction: borrowing Transaction
  ) throws(Fault) {
    let (bytes, isRefusal) =
      switch outcome {
      case .success(let answer): (answer.value.json(), false)
      case .failure(let fault): (fault.kept.json(), true)
      }
    // The column holds text.
    let text = seal.map { Base64URL.text($0.seal(bytes, claim.key)) }
    do throws(StoreError) {
      try transaction.execute(
        """
        INSERT INTO kept_answers (key, fingerprint, is_refusal, outcome, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint,
          is_refusal = excluded.is_refusal, outcome = excluded.outcome,
          expires_at = excluded.expires_at
        """, .text(claim.key), .blob(claim.fingerprint), .integer(isRefusal ? 1 : 0),
        .text(text ?? String(decoding: bytes, as: UTF8.self)), .integer(end))
    } catch {
      throw Fault(error)
    }
  }

  /// The outcome again, unless the key stands for another request.
  func replay(
    _ claim: IdempotencyClaim, as output: any Coded.Type, _ seal: OutcomeSeal?
  ) throws(Fault) -> Result<ChangeAnswer, Fault> {
    guard fingerprint == claim.fingerprint else {
      throw Fault(
        .unprocessable, "the idempotency key was used for another request",
        name: "IDEMPOTENCY_KEY_REUSED")
    }
    var outcome = outcome
    if let seal {
      guard let opened = Base64URL.bytes(outcome).flatMap({ seal.open($0, claim.key) }) else {
        throw Fault(.broken, "a kept answer does not open")
      }
      outcome = opened
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

  fileprivate convenience init(kept value: WireValue) throws(DecodeError) {
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
