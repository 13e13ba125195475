import Contract
import Negotiation
import Wire

/// Steps 5 to 11: who calls, may they, and the row itself.
extension Interface {
  /// What is known about the caller without waiting.
  enum Caller {
    /// A caller, and the token that told who it is.
    case known(Principal, [UInt8]?)
    case unknown([UInt8])
  }

  /// Step 5; open rows take no notice of credentials.
  func caller(_ exchange: Exchange, _ row: RowPlan) throws(Fault) -> Caller {
    guard row.permission != nil else { return .known(.anonymous, nil) }
    switch BearerCredential(exchange.head) {
    case .absent:
      guard let principal = services.authenticator.withoutCredential else {
        throw Self.unauthenticated
      }
      return .known(principal, nil)
    case .unreadable: throw Self.unauthenticated
    case .token(let bearer):
      switch services.authenticator.recognise(bearer: bearer) {
      case .known(let principal): return .known(principal, bearer)
      case .unknown: return .unknown(bearer)
      }
    }
  }

  /// Step 5 again: whether whoever sent an admitted head is still the same caller.
  func isStill(_ principal: Principal, behind head: AdmittedHead) -> Bool {
    guard let bearer = head.bearer else { return true }
    guard case .known(let found) = services.authenticator.recognise(bearer: bearer) else {
      return false
    }
    return found === principal
  }

  /// The rest of the pipeline behind a question to the store.
  func ask(
    _ exchange: Exchange, _ row: RowPlan, _ bearer: [UInt8]
  ) -> @Sendable () async -> Response {
    { [self] in
      do throws(Fault) {
        guard let principal = try await services.authenticator.find(bearer: bearer) else {
          throw Self.unauthenticated
        }
        var exchange = exchange
        exchange.principal = principal
        let scope = try authorise(&exchange, row, principal)
        switch perform(&exchange, row, scope, as: principal) {
        case .response(let response): return response
        case .pending(let rest): return await rest()
        }
      } catch {
        return refusal(error, exchange)
      }
    }
  }

  /// One body for every reason, so that it tells nothing about credentials.
  private static let unauthenticated = Fault(.unauthenticated, "authentication failed")

  /// Steps 6 and 7.
  func authorise(
    _ exchange: inout Exchange, _ row: RowPlan, _ principal: Principal
  ) throws(Fault) -> Scope? {
    let scope = try ScopeReader.scope(
      row.scope, exchange.head, &exchange.parameters, spares: row.spareScope,
      principal: principal)
    if let permission = row.permission, !principal.permissions.contains(permission) {
      throw Fault(
        .forbidden, "this needs the permission \(permission.rawValue)",
        details: [Fault.Detail("permission", .text(permission.rawValue))])
    }
    return scope
  }

  /// Steps 8 and 9, then the row.
  func perform(
    _ exchange: inout Exchange, _ row: RowPlan, _ scope: Scope?, as principal: Principal
  ) -> Outcome {
    do throws(Fault) {
      if let rates, row.permission != nil { try rates.admit(principal.id) }
      let context = CallContext(
        principal: principal, scope: scope, correlationID: exchange.correlationID,
        claim: try claim(exchange, row, scope, principal),
        lastEventID: row.isFeed ? exchange.head.string("last-event-id") : nil)
      let body = try wireBody(&exchange, row)
      let call = Call(
        context: context, parameters: exchange.parameters, body: body, format: exchange.format)
      return try run(call, exchange, row)
    } catch {
      return .response(refusal(error, exchange))
    }
  }

  /// The body as it is to be read; Markdown becomes one more parameter, and is checked like one.
  private func wireBody(_ exchange: inout Exchange, _ row: RowPlan) throws(Fault) -> WireBody {
    if exchange.contentType == .readable(.markdown),
      let field = row.markdownField
    {
      exchange.parameters.append(
        Parameter(name: field, value: try markdown(exchange.body, as: field)))
      return .none
    }
    guard !exchange.body.isEmpty else { return .none }
    return exchange.contentType == .readable(.cbor) ? .cbor(exchange.body) : .json(exchange.body)
  }

  private func markdown(_ body: [UInt8], as field: String) throws(Fault) -> String {
    do throws(DecodeError) {
      return try RawText.read(body)
    } catch {
      throw Fault(error.within(key: field))
    }
  }

  /// Step 9; reading methods take no notice of a key.
  private func claim(
    _ exchange: Exchange, _ row: RowPlan, _ scope: Scope?, _ principal: Principal
  ) throws(Fault) -> IdempotencyClaim? {
    guard row.verb.isMutating, let key = try IdempotencyKey.read(exchange.head),
      let target = exchange.target
    else { return nil }
    let mediaType: StaticString? =
      if case .readable(let type) = exchange.contentType { type.row.name } else { nil }
    let material = IdempotencyKey.material(
      verb: row.verb, path: target.bytes(exchange.head), query: exchange.head.bytes[target.query],
      mediaType: mediaType, body: exchange.body)
    return IdempotencyKey.claim(
      key, method: row.name, scope: scope, principal: principal,
      fingerprint: services.digest(material))
  }

  /// Steps 10 and 11.
  private func run(_ call: Call, _ exchange: Exchange, _ row: RowPlan) throws(Fault) -> Outcome {
    switch row.body {
    case .inline(let run): return .response(answer(try run(call), exchange))
    case .task(let run): return .pending(later(call, exchange, run))
    case .either(let memory, let run):
      if let reply = try memory(call) { return .response(answer(reply, exchange)) }
      return .pending(later(call, exchange, run))
    case .feed(let run):
      return .pending { [self] in
        do throws(Fault) {
          return feed(try await run(call), exchange)
        } catch {
          return refusal(error, exchange)
        }
      }
    }
  }

  private func later(
    _ call: Call, _ exchange: Exchange,
    _ run: @escaping @Sendable (Call) async throws(Fault) -> Reply
  ) -> @Sendable () async -> Response {
    { [self] in
      do throws(Fault) {
        return answer(try await run(call), exchange)
      } catch {
        return refusal(error, exchange)
      }
    }
  }
}
