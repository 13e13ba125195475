import Accounts
import Contract
import Routing
import Runs

/// Everybody who answers calls: the one list that routes, documents and the command line are made
/// from.
struct Domains: Sendable {
  let runner: Runner
  /// Who keeps the servers that runs have tools of; nobody calls it.
  let toolServers: ToolServers
  let roster: Roster
  let librarian: Librarian
  let registrar: Registrar
  let chats: ChatDesk
  let health: Health
  let metrics: Metrics
  let tickets: Tickets
  let explanations: Explanations

  private static let parts: [any DomainPart] = [
    Part(Runner.methods) { $0.runner },
    Part(Roster.methods) { $0.roster },
    Part(Librarian.methods) { $0.librarian },
    Part(Registrar.methods) { $0.registrar },
    Part(ChatDesk.methods) { $0.chats },
    Part(Health.methods) { $0.health },
    Part(Metrics.methods) { $0.metrics },
    Part(Tickets.methods) { $0.tickets },
    Part(Explanations.methods) { $0.explanations },
    Part(DocsPage.methods) { _ in DocsPage() },
  ]

  /// The rows of all, bound to who answers them.
  var routes: [Route] { Self.parts.flatMap { $0.routes(of: self) } }

  /// The rows of all, as documents and clients know them.
  static var descriptions: [MethodDescription] {
    parts.flatMap(\.descriptions) + [OpenAPIDocument.method.description]
  }
}

/// The rows of one domain, and where it is found.
private struct Part<Domain: Sendable>: DomainPart {
  let methods: [Method<Domain>]
  let domain: @Sendable (Domains) -> Domain

  init(_ methods: [Method<Domain>], _ domain: @escaping @Sendable (Domains) -> Domain) {
    self.methods = methods
    self.domain = domain
  }

  var descriptions: [MethodDescription] { methods.map(\.description) }

  func routes(of domains: Domains) -> [Route] {
    let domain = domain(domains)
    return methods.map { Route($0, on: domain) }
  }
}

/// `Part`, whatever its domain is.
private protocol DomainPart: Sendable {
  var descriptions: [MethodDescription] { get }
  func routes(of domains: Domains) -> [Route]
}
