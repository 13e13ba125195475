package import Wire

/// One row of the interface: what a router, a document, a client and the command line need to know.
package struct MethodDescription: Sendable {
  /// The RPC name, `switchyard.runs.v1.Runs/Create`.
  package let name: String
  package let verb: Verb
  package let path: PathPattern
  package let zone: Zone
  /// One sentence for the manual and OpenAPI.
  package let summary: String
  /// Who may call: nil for everybody.
  package let permission: Permission?
  package let scope: ScopeRule
  /// The status of success.
  package let status: Int
  /// The refusals that the method itself can give, besides those of the pipeline.
  package let faults: [FaultCode]
  package let input: RecordSchema
  package let output: Schema
  /// Whether the answer is a feed of events instead of one value.
  package let isFeed: Bool
  /// What the answer is made of where a client may have it as a feed instead; nil where it may not.
  package let feedEvent: Schema?
  /// The only media type of the answer, where it takes no part in negotiation.
  package let fixedType: StaticText?
  /// The field of the input that a body of Markdown is, as it stands; nil where there is none.
  package let markdownField: String?
  /// Whether requests carry the input in the query alone.
  package let isBodyless: Bool
  /// What it makes of the key under which a request is done once.
  package let keyRule: KeyRule
  /// Whether it is told who calls although everybody may.
  package let knowsCaller: Bool
  /// How often one network of clients may call; nil where the method sets no limit of its own.
  package let rate: RatePolicy?
  /// What documents show; nil where the summary says it all.
  package let example: MethodExample?
  /// Reads the example as the row's own types: what it throws is a mistake in the table.
  package let readExample: @Sendable () throws(DecodeError) -> Void

  /// Names and limits of a row, apart from its types and its code.
  package init(
    _ name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    permission: Permission?, scope: ScopeRule, status: Int, faults: [FaultCode],
    input: RecordSchema, output: Schema, isFeed: Bool, feedEvent: Schema? = nil,
    fixedType: StaticText? = nil, markdownField: String? = nil, isBodyless: Bool? = nil,
    keyRule: KeyRule? = nil, knowsCaller: Bool = false, rate: RatePolicy? = nil,
    example: MethodExample? = nil,
    readExample: @escaping @Sendable () throws(DecodeError) -> Void = {}
  ) {
    self.name = name
    self.verb = verb
    self.path = path
    self.zone = zone
    self.summary = summary
    self.permission = permission
    self.scope = scope
    self.status = status
    self.faults = faults
    self.input = input
    self.output = output
    self.isFeed = isFeed
    self.feedEvent = feedEvent
    self.fixedType = fixedType
    self.markdownField = markdownField
    self.isBodyless = isBodyless ?? verb.isBodyless
    self.keyRule = verb.isMutating ? keyRule ?? zone.row.keyRule : .ignored
    self.knowsCaller = permission != nil || knowsCaller
    self.rate = rate
    self.example = example
    self.readExample = readExample
  }
}

/// A method bound to nothing yet: its description and the function of the domain.
package struct Method<Domain: Sendable>: Sendable {
  package let description: MethodDescription
  /// How a domain answers it.
  package let bind: @Sendable (Domain) -> MethodBody

  package init(
    _ description: MethodDescription, _ bind: @escaping @Sendable (Domain) -> MethodBody
  ) {
    self.description = description
    self.bind = bind
  }
}

/// How a method's answer comes about; the kinds differ in what they cost (one table in the design,
/// §2).
package enum MethodBody: Sendable {
  /// What may wait; it stays with its caller's executor, so that nothing hops but what must.
  package typealias Waiting<Outcome> =
    nonisolated(nonsending) @Sendable (Call) async throws(Fault) -> Outcome

  /// Answered at once, on the event loop.
  case inline(@Sendable (Call) throws(Fault) -> Reply)
  /// Answered once somebody has done the work that it begins, without a task that waits for it;
  /// what it throws is answered at once.
  case deferred(@Sendable (Call, @escaping ReplyTaker) throws(Fault) -> Void)
  /// Answered by a task that may wait for the store, a model or an actor.
  case task(Waiting<Reply>)
  /// Answered at once when the domain has the value in memory, else by a task; what looks there has
  /// read its input, and serves all calls that say the same.
  case either(@Sendable (CallHead, WireBody) throws(Fault) -> KnownLookup, Waiting<Reply>)
  /// Answered by a feed of events.
  case feed(Waiting<FeedReply>)
  /// Answered by a task, or by a feed of what the answer is made of, as the client accepts.
  case taskOrFeed(Waiting<Reply>, Waiting<FeedReply>)
}

/// Takes what makes the reply, once, from any thread; it is made on the caller's event loop.
package typealias ReplyTaker = @Sendable (@escaping @Sendable () throws(Fault) -> Reply) -> Void

/// A request that passed the pipeline, before its input is decoded.
package struct Call: Sendable {
  package let context: CallContext
  package let body: WireBody

  package init(context: CallContext, body: WireBody) {
    self.context = context
    self.body = body
  }

  /// The representation of the answer.
  package var format: BodyFormat { context.head.format }
}

/// One encoded answer.
package struct Reply: Sendable {
  package let status: Int
  package let body: [UInt8]
  /// The media type's format, or another type that the method itself chose.
  package let contentType: ReplyType
  /// Whether this is the kept answer to an earlier request with the same key.
  package let isReplayed: Bool

  package init(status: Int, body: [UInt8], contentType: ReplyType, isReplayed: Bool = false) {
    self.status = status
    self.body = body
    self.contentType = contentType
    self.isReplayed = isReplayed
  }
}

/// What an answer's bytes are.
package enum ReplyType: Hashable, Sendable {
  case negotiated(BodyFormat)
  /// A fixed media type that takes no part in negotiation, such as the metrics' text.
  case fixed(StaticText)
}

/// A text that is known at build time and can be compared.
package struct StaticText: Hashable, Sendable, ExpressibleByStringLiteral {
  package let value: StaticString

  package init(stringLiteral value: StaticString) {
    self.value = value
  }

  package static func == (left: StaticText, right: StaticText) -> Bool {
    "\(left.value)" == "\(right.value)"
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine("\(value)")
  }

  /// The media type of pages for browsers.
  package static let html: StaticText = "text/html; charset=utf-8"
}

/// Takes the outcome of a change, once, from any thread.
package typealias ChangeCompletion = @Sendable (Result<ChangeAnswer, Fault>) -> Void

/// The answer to a change, its type erased: looking up generic types on the way from the store to
/// the event loop cost a twentieth of a created run.
package struct ChangeAnswer: Sendable {
  /// Of the type that the row says it answers with.
  package let value: any Coded
  package let isReplayed: Bool

  package init(_ value: any Coded, isReplayed: Bool = false) {
    self.value = value
    self.isReplayed = isReplayed
  }
}

/// A value with the circumstances of its making.
///
/// An object, because the type of a generic value would be looked up three times for every answer.
package final class Answer<Output: Coded>: Sendable {
  package let value: Output
  package let isReplayed: Bool

  package init(_ value: Output, isReplayed: Bool = false) {
    self.value = value
    self.isReplayed = isReplayed
  }
}
