import Contract
import Negotiation
import Wire

/// Steps 5 to 11: who calls, may they, and the row itself.
extension Interface {
  /// What is known about the caller without waiting.
  enum Caller {
    /// The caller, whom nobody needs to ask about before that moment of the monotonic clock.
    case known(Principal, until: Int64)
    case unknown([UInt8])
  }

  /// Step 5; open rows take no notice of credentials.
  func caller(_ exchange: inout Exchange, _ row: RowPlan) throws(Fault) -> Caller {
    guard row.knowsCaller else { return .known(.anonymous, until: .max) }
    switch BearerCredential(exchange.head) {
    case .absent:
      if row.isFeed, let ticket = try StreamTicketParameter.take(from: &exchange.parameters) {
        guard let principal = services.tickets.redeem(ticket) else { throw Self.unauthenticated }
        // A ticket is good once: the same head must be judged anew.
        return .known(principal, until: .min)
      }
      let principal = try Self.principal(services.authenticator.withoutCredential, of: row)
      return .known(principal, until: .max)
    case .unreadable: return .known(try Self.principal(nil, of: row), until: .max)
    case .token(let bearer):
      switch services.authenticator.recognise(bearer: bearer) {
      case .known(let principal, let until): return .known(principal, until: until)
      case .unknown: return .unknown(bearer)
      }
    }
  }

  /// The rest of the pipeline behind a question to the store.
  func ask(
    _ exchange: Exchange, _ occasion: Occasion, _ row: RowPlan, _ bearer: [UInt8]
  ) -> PendingResponse {
    @Sendable nonisolated(nonsending) func response() async -> Response {
      var exchange = exchange
      do throws(Fault) {
        let found = try await services.authenticator.find(bearer: bearer)
        let principal = try Self.principal(found, of: row)
        let call = try authorise(&exchange, row, principal)
        let admitted = AdmittedHead(
          exchange, row, call, until: .min, hasBody: !occasion.body.isEmpty)
        var last: LastRequest?
        return await perform(admitted, occasion, &last).response()
      } catch {
        return refusal(error, exchange, occasion.correlationID)
      }
    }
    return response
  }

  /// Who calls: the one whom a credential stands for, else somebody, where anybody may.
  private static func principal(
    _ found: Principal?, of row: RowPlan
  ) throws(Fault) -> Principal {
    if let found { return found }
    guard row.permission == nil else { throw unauthenticated }
    return .anonymous
  }

  /// One body for every reason, so that it tells nothing about credentials.
  private static let unauthenticated = Fault(.unauthenticated, "authentication failed")

  /// Steps 6 and 7; what the head says to the row then.
  func authorise(
    _ exchange: inout Exchange, _ row: RowPlan, _ principal: Principal
  ) throws(Fault) -> CallHead {
    exchange.principal = principal
    let scope = try ScopeReader.scope(
      row.scope, exchange.head, &exchange.parameters, spares: row.spareScope,
      principal: principal)
    if let permission = row.permission, !principal.permissions.contains(permission) {
      throw Fault(
        .forbidden, "this needs the permission \(permission.rawValue)",
        details: [Fault.Detail("permission", .text(permission.rawValue))])
    }
    return CallHead(
      principal: principal, scope: scope, parameters: exchange.parameters, format: exchange.format,
      lastEventID: row.isFeed ? try Self.lastEventID(exchange.head) : nil,
      network: exchange.network)
  }

  /// Step 8, and what follows; `last` remembers an answer from memory.
  func perform(
    _ head: AdmittedHead, _ occasion: Occasion, _ last: inout LastRequest?
  ) -> Outcome {
    do throws(Fault) {
      let standing = try rates.admit(head.call, to: head.row)
      return answer(standing.map(head.marked) ?? head, occasion, &last)
    } catch {
      return .response(refusal(error, head.exchange, occasion.correlationID))
    }
  }

  /// Step 9, then the row.
  private func answer(
    _ head: AdmittedHead, _ occasion: Occasion, _ last: inout LastRequest?
  ) -> Outcome {
    do throws(Fault) {
      if let source = try known(head, occasion, &last) {
        return .response(
          Response(
            content: content(of: source, head, &last), correlationID: occasion.correlationID))
      }
      let context = CallContext(
        head: try callHead(head, occasion), correlationID: occasion.correlationID,
        claim: try claim(head, occasion))
      return try run(Call(context: context, body: try wireBody(head, occasion)), head)
    } catch {
      return .response(refusal(error, head.exchange, occasion.correlationID))
    }
  }

  /// Where a subscriber says that it has come; two places would be no place.
  private static func lastEventID(_ head: borrowing FieldSection) throws(Fault) -> String? {
    switch head.single("last-event-id") {
    case .absent: return nil
    case .value(let value): return head.string(value)
    case .repeated: throw .field("last-event-id", "this field is given twice")
    }
  }

  /// What the head says, and the parameter that a body of Markdown is.
  private func callHead(_ head: AdmittedHead, _ occasion: Occasion) throws(Fault) -> CallHead {
    guard let field = head.row.markdownField, head.exchange.contentType == .readable(.markdown)
    else { return head.call }
    let text = try markdown(occasion.body, as: field)
    return head.call.adding(Parameter(name: field, value: text))
  }

  /// The body as it is to be decoded.
  private func wireBody(
    _ head: AdmittedHead, _ occasion: Occasion
  ) throws(Fault) -> WireBody {
    if let type = head.exchange.grpc { return try wireBody(type, head.exchange, occasion) }
    guard !occasion.body.isEmpty, case .readable(let type) = head.exchange.contentType else {
      return .none
    }
    switch type {
    case .cbor: return .cbor(occasion.body)
    case .json, .problemJSON: return .json(occasion.body)
    case .markdown, .eventStream, .cborSequence, .jsonSequence: return .none
    }
  }

  private func markdown(_ body: [UInt8], as field: String) throws(Fault) -> String {
    do throws(DecodeError) {
      return try RawText.read(body)
    } catch {
      throw Fault(error.within(key: field))
    }
  }

  /// Step 9.
  private func claim(
    _ head: AdmittedHead, _ occasion: Occasion
  ) throws(Fault) -> IdempotencyClaim? {
    let row = head.row
    guard row.keyRule != .ignored else { return nil }
    let exchange = head.exchange
    guard let key = try IdempotencyKey.read(exchange.head) else {
      guard row.keyRule == .honoured else { throw IdempotencyKey.missing }
      return nil
    }
    let mediaType: StaticString? =
      switch exchange.contentType {
      case .readable(let type): type.row.name
      case .grpc(let type): type.row.contentType
      case .absent, .unreadable: nil
      }
    let material = IdempotencyKey.material(
      verb: row.verb, path: exchange.pathBytes, query: exchange.queryBytes, mediaType: mediaType,
      body: occasion.body)
    return IdempotencyKey.claim(
      key, method: row.name, scope: head.call.scope, principal: head.call.principal,
      fingerprint: services.digest(material))
  }

  /// Steps 10 and 11.
  private func run(_ call: Call, _ head: AdmittedHead) throws(Fault) -> Outcome {
    let within = head.exchange.timeout
    switch head.row.body {
    case .inline(let run): return .response(answer(try run(call), to: call, head))
    case .deferred(let run):
      return .deferred(DeferredResponse(self, call, head, run), within: within)
    case .task(let run): return .pending(later(call, head, run), within: within)
    case .either(_, let run): return .pending(later(call, head, run), within: within)
    case .feed(let run): return .pending(opening(call, head, run), within: within)
    case .taskOrFeed(let run, let open):
      let work = head.exchange.prefersFeed ? opening(call, head, open) : later(call, head, run)
      return .pending(work, within: within)
    }
  }

  private func opening(
    _ call: Call, _ head: AdmittedHead, _ run: @escaping MethodBody.Waiting<FeedReply>
  ) -> PendingResponse {
    @Sendable nonisolated(nonsending) func response() async -> Response {
      do throws(Fault) {
        return feed(try await run(call), to: call, head)
      } catch {
        return refusal(error, to: call, head)
      }
    }
    return response
  }

  private func later(
    _ call: Call, _ head: AdmittedHead, _ run: @escaping MethodBody.Waiting<Reply>
  ) -> PendingResponse {
    @Sendable nonisolated(nonsending) func response() async -> Response {
      do throws(Fault) {
        return answer(try await run(call), to: call, head)
      } catch {
        return refusal(error, to: call, head)
      }
    }
    return response
  }

  // What the next three need of the stack would lie in the memory of the task that calls them: a
  // kilobyte, for which each task asked the allocator once more.

  @inline(never)
  private func answer(_ reply: Reply, to call: Call, _ head: AdmittedHead) -> Response {
    Response(
      content: answer(reply, head.exchange), correlationID: call.context.correlationID)
  }

  @inline(never)
  private func feed(_ reply: FeedReply, to call: Call, _ head: AdmittedHead) -> Response {
    Response(content: feed(reply, head.exchange), correlationID: call.context.correlationID)
  }

  @inline(never)
  private func refusal(_ fault: Fault, to call: Call, _ head: AdmittedHead) -> Response {
    refusal(fault, head.exchange, call.context.correlationID)
  }

  /// The answer in memory; nil where there is none, or the row never looks there.
  private func known(
    _ head: AdmittedHead, _ occasion: Occasion, _ last: inout LastRequest?
  ) throws(Fault) -> (any KnownAnswer)? {
    if let lookup = last?.lookup, lookup.body == occasion.body { return try lookup.find() }
    guard case .either(let memory, _) = head.row.body else { return nil }
    let find = try memory(head.call, try wireBody(head, occasion))
    last?.lookup = Lookup(occasion.body, find)
    return try find()
  }

  /// What an answer in memory says to a call with this head: what it said the last time, when that
  /// was the same answer.
  private func content(
    of source: any KnownAnswer, _ head: AdmittedHead, _ last: inout LastRequest?
  ) -> ResponseContent {
    if let known = last?.known, known.source === source { return known.content }
    let format = head.call.format
    let reply = Reply(
      status: head.row.status, body: source.body(format, title: head.row.title),
      contentType: .negotiated(format))
    let content = answer(reply, head.exchange)
    last?.known = (source, content)
    return content
  }
}
