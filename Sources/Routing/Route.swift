package import Contract
import Wire

/// A method bound to the domain that answers it: a row without its types.
package struct Route: Sendable {
  /// The row as documents and doors know it.
  package let description: MethodDescription
  let body: Body

  /// The row of `method`, answered by `domain`.
  package init<Domain: Sendable>(_ method: Method<Domain>, on domain: Domain) {
    description = method.description
    body =
      switch method.body {
      case .inline(let run):
        .inline { (call) throws(Fault) in try run(domain, call) }
      case .deferred(let run):
        .deferred { (call, take) throws(Fault) in try run(domain, call, take) }
      case .task(let run):
        .task { (call) async throws(Fault) in try await run(domain, call) }
      case .either(let memory, let run):
        .either(
          { (head, body) throws(Fault) in try memory(domain, head, body) },
          { (call) async throws(Fault) in try await run(domain, call) })
      case .feed(let run):
        .feed { (call) async throws(Fault) in try await run(domain, call) }
      case .taskOrFeed(let run, let open):
        .taskOrFeed(
          { (call) async throws(Fault) in try await run(domain, call) },
          { (call) async throws(Fault) in try await open(domain, call) })
      }
  }
}

extension Route {
  /// `MethodBody` with its domain given.
  enum Body: Sendable {
    typealias Waiting<Outcome> =
      nonisolated(nonsending) @Sendable (Call) async throws(Fault) -> Outcome

    case inline(@Sendable (Call) throws(Fault) -> Reply)
    case deferred(@Sendable (Call, @escaping ReplyTaker) throws(Fault) -> Void)
    case task(Waiting<Reply>)
    case either(
      @Sendable (CallHead, WireBody) throws(Fault) -> KnownLookup, Waiting<Reply>)
    case feed(Waiting<FeedReply>)
    case taskOrFeed(Waiting<Reply>, Waiting<FeedReply>)
  }
}
