import Contract
import Wire

@testable import Routing

extension Clerk {
  /// Rows of every kind and zone; each answers with what it was told.
  static let methods: [Method<Clerk>] =
    [
      Method(
        inline: "sample.v1.Root/Health", .get, "/health", zone: .root, summary: "Says ok.",
        permission: nil
      ) { (clerk, _: NoInput, context) throws(Fault) -> WireValue in
        clerk.note("Health")
        return ["status": "ok"]
      },
      Method(
        inline: "sample.v1.Root/Home", .get, "/", zone: .root, summary: "Is home.", permission: nil
      ) { (_, _: NoInput, _) throws(Fault) -> WireValue in "home" },
      order("sample.v1.Runs/Create", .post, "/api/runs", .runs, .write, .user, status: 201),
      order("sample.v1.Runs/Get", .get, "/api/runs/{id}", .runs, .read, .user),
      order("sample.v1.Runs/Cancel", .post, "/api/runs/{id}/cancel", .runs, .write, .user),
      order("sample.v1.Runs/Remove", .delete, "/api/runs/{id}", .runs, .write, .user, status: 204),
      order("sample.v1.Roles/Get", .get, "/api/roles/{id}", .runs, .read, .optional),
      order("sample.v1.Feishu/Create", .post, "/api/feishu/connectors", .runs, .write, .project),
      order("sample.v1.Users/Me", .get, "/api/v1/users/me", .accounts, nil),
      order("sample.v1.Users/Get", .get, "/api/v1/users/{id}", .accounts, nil),
      order("sample.v1.Ops/List", .get, "/api/v1/{id}", .ops, nil),
      order("sample.v1.Ops/Change", .patch, "/api/v1/{id}/{name}", .ops, nil),
      order("sample.v1.Ops/Outbox", .get, "/api/v1/events/outbox", .ops, nil),
      order("sample.v1.Brain/Ask", .post, "/v1/{id}/ask", .brain, nil),
      order("sample.v1.Coach/Ask", .post, "/api/coach/ask", .coach, nil),
      order(
        "sample.v1.Coach/Note", .post, "/api/coach/notes/{id}", .coach, nil, markdownField: "text"),
      Method(
        either: "sample.v1.Root/Either", .get, "/either/{id}", zone: .root,
        summary: "Answers from memory or later.", permission: nil,
        memory: { (clerk, order: Order, _) throws(Fault) -> EncodedOnce<WireValue>? in
          clerk.note("memory")
          if order.id == "refused" { throw Fault(.gone, "gone from memory") }
          return order.id == "here" ? clerk.remembered : nil
        },
        run: { (clerk, order: Order, _) async throws(Fault) -> WireValue in
          clerk.note("later")
          guard order.id != "nowhere" else { throw Fault(.notFound, "nowhere") }
          return "later"
        }),
      Method(
        change: "sample.v1.Root/Change", .post, "/change/{id}", zone: .root,
        summary: "Changes something.", permission: .write, status: 201, answer: WireValue.self
      ) { (clerk, order: Order, _, completion) throws(Fault) in
        clerk.note("begun")
        if order.id == "refused" { throw Fault(.gone, "gone before it began") }
        clerk.work { () -> Void in
          guard order.id != "nowhere" else {
            return completion(.failure(Fault(.notFound, "nowhere")))
          }
          let value: WireValue = ["id": order.id.map { .text($0) } ?? nil]
          completion(.success(ChangeAnswer(value, isReplayed: order.id == "again")))
        }
      },
      Method(
        feed: "sample.v1.Runs/Watch", "/api/runs/{id}/stream", zone: .runs,
        summary: "Follows an order.", of: WireValue.self, permission: .read, scope: .user
      ) { (clerk, order: Order, _) async throws(Fault) -> FeedReply in
        clerk.note("Watch")
        if order.id == "over" { return .finished }
        guard order.id != "nowhere" else { throw Fault(.notFound, "nowhere") }
        return .open(
          FeedPlan(
            topic: FeedTopic(stream: "s", filter: ""), source: SilentSource(), tenant: nil,
            position: 0, greeting: StoredJSON(encoding: "hello"), eventName: "run.event"))
      },
      Method(
        page: "sample.v1.Root/Metrics", "/metrics", zone: .root, summary: "Counts.",
        type: "text/plain", permission: nil
      ) { (_, _: NoInput, _) async throws(Fault) -> [UInt8] in Array("up 1\n".utf8) },
    ] + Zone.allCases.map(refusing)

  /// A row that answers with its input and circumstances.
  private static func order(
    _ name: String, _ verb: Verb, _ path: PathPattern, _ zone: Zone, _ permission: Permission?,
    _ scope: ScopeRule = .none, status: Int = 200, markdownField: String? = nil
  ) -> Method<Clerk> {
    Method(
      task: name, verb, path, zone: zone, summary: "Takes an order.", permission: permission,
      scope: scope, status: status, markdownField: markdownField
    ) { (clerk, order: Order, context) async throws(Fault) -> Answer<WireValue> in
      clerk.note(name)
      return Answer(
        [
          "order": order.wireValue(),
          "principal": .text(context.principal.id),
          "organisation": context.scope.map { .text($0.organisation) } ?? nil,
          "user": context.scope.map { .text($0.user) } ?? nil,
          "project": context.scope?.project.map(WireValue.text) ?? nil,
          "correlation": .text(context.correlationID.text),
          "claim": context.claim.map { .text($0.key) } ?? nil,
          "fingerprint": context.claim.map { .bytes($0.fingerprint) } ?? nil,
        ], isReplayed: order.name == "replayed")
    }
  }

  /// A row in `zone` that refuses in the way that its caller names.
  private static func refusing(_ zone: Zone) -> Method<Clerk> {
    let prefix = [
      "root": "/refuse", "brain": "/v1/refuse", "coach": "/api/coach/refuse",
      "accounts": "/api/v1/auth/refuse", "ops": "/api/v1/ops/refuse", "runs": "/api/roles/refuse",
    ]
    return Method(
      inline: "sample.v1.\(zone.rawValue)/Refuse", .get,
      PathPattern(stringLiteral: "\(prefix[zone.rawValue] ?? "")/{id}"), zone: zone,
      summary: "Refuses.", permission: nil
    ) { (_, order: Order, _) throws(Fault) -> WireValue in
      guard let code = order.id.flatMap(FaultCode.init(rawValue:)) else { return "no refusal" }
      throw Fault(
        code, "refused as asked", details: [Fault.Detail("asked", .text(code.rawValue))],
        retryAfterSeconds: code.row.isRetryable ? 7 : nil)
    }
  }
}
