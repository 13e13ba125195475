package import Wire

/// The constructors that rows are written with: each wraps *decode → run → encode* once, for its
/// kind.
extension Method {
  /// What gives an answer after waiting; it stays with its caller's executor.
  package typealias Waiting<Input, Outcome> =
    nonisolated(nonsending) @Sendable (Domain, Input, CallContext) async throws(Fault) -> Outcome

  /// A row that is answered on the event loop.
  package init<Input: CodedRecord, Output: Coded>(
    inline name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    permission: Permission?, scope: ScopeRule = .none, status: Int = 200, faults: [FaultCode] = [],
    example: MethodExample? = nil,
    run: @escaping @Sendable (Domain, Input, CallContext) throws(Fault) -> Output
  ) {
    let description = Self.describe(
      name, verb, path, zone, summary, permission, scope, status, faults, Input.self,
      Output.self, isFeed: false, example: example)
    let title = description.title
    let reading = InputReading<Input>()
    self.init(description) { domain in
      .inline { (call) throws(Fault) in
        let input = try reading.input(call.context.head, call.body)
        let output = try run(domain, input, call.context)
        return call.format.reply(output, status: status, title: title)
      }
    }
  }

  /// A row that makes one change of the store and waits for nothing else; a body of Markdown is its
  /// `markdownField`.
  ///
  /// `run` begins the change. What it throws was refused before that, and nothing else is called
  /// then. A task that waited for the change would cost half as much again as all the rest.
  package init<Input: CodedRecord, Output: Coded>(
    change name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    permission: Permission?, scope: ScopeRule = .none, status: Int = 200, faults: [FaultCode] = [],
    markdownField: String? = nil, example: MethodExample? = nil, answer: Output.Type,
    run:
      @escaping @Sendable (
        Domain, Input, CallContext, @escaping ChangeCompletion
      ) throws(Fault) -> Void
  ) {
    let description = Self.describe(
      name, verb, path, zone, summary, permission, scope, status, faults, Input.self,
      Output.self, isFeed: false, markdownField: markdownField, example: example)
    let title = description.title
    self.init(description) { domain in
      .deferred { (call, take) throws(Fault) in
        let format = call.format
        try run(domain, try call.input(), call.context) { outcome in
          take { () throws(Fault) in
            let answer = try outcome.get()
            precondition(type(of: answer.value) == Output.self, "\(name) answers otherwise")
            return Reply(
              status: status, body: format.encode(answer.value, title: title),
              contentType: .negotiated(format), isReplayed: answer.isReplayed)
          }
        }
      }
    }
  }

  /// A row that is answered by a task; a body of Markdown is its `markdownField`.
  package init<Input: CodedRecord, Output: Coded>(
    task name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    permission: Permission?, scope: ScopeRule = .none, status: Int = 200, faults: [FaultCode] = [],
    markdownField: String? = nil, example: MethodExample? = nil,
    run: @escaping Waiting<Input, Answer<Output>>
  ) {
    let description = Self.describe(
      name, verb, path, zone, summary, permission, scope, status, faults, Input.self,
      Output.self, isFeed: false, markdownField: markdownField, example: example)
    let title = description.title
    let reading = InputReading<Input>()
    self.init(description) { domain in
      .task { (call) async throws(Fault) in
        let input = try reading.input(call.context.head, call.body)
        let answer = try await run(domain, input, call.context)
        return call.format.reply(
          answer.value, isReplayed: answer.isReplayed, status: status, title: title)
      }
    }
  }

  /// A row that is answered from memory when it can be, else by a task.
  package init<Input: CodedRecord, Output: Coded>(
    either name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    permission: Permission?, scope: ScopeRule = .none, status: Int = 200, faults: [FaultCode] = [],
    example: MethodExample? = nil,
    memory: @escaping @Sendable (Domain, Input, CallHead) throws(Fault) -> EncodedOnce<Output>?,
    run: @escaping Waiting<Input, Output>
  ) {
    let description = Self.describe(
      name, verb, path, zone, summary, permission, scope, status, faults, Input.self,
      Output.self, isFeed: false, example: example)
    let title = description.title
    let reading = InputReading<Input>()
    self.init(description) { domain in
      .either(
        { (head, body) throws(Fault) in
          let input = try reading.input(head, body)
          return { () throws(Fault) in try memory(domain, input, head) }
        },
        { (call) async throws(Fault) in
          let output = try await run(domain, try call.input(), call.context)
          return call.format.reply(output, status: status, title: title)
        })
    }
  }

  /// A row that is answered by a feed of events.
  package init<Input: CodedRecord, Event: Coded>(
    feed name: String, _ path: PathPattern, zone: Zone, summary: String, of event: Event.Type,
    permission: Permission?, scope: ScopeRule = .none, faults: [FaultCode] = [],
    example: MethodExample? = nil,
    run: @escaping Waiting<Input, FeedReply>
  ) {
    let description = Self.describe(
      name, .get, path, zone, summary, permission, scope, 200, faults, Input.self,
      Event.self, isFeed: true, example: example)
    self.init(description) { domain in
      .feed { (call) async throws(Fault) in
        try await run(domain, try call.input(), call.context)
      }
    }
  }

  /// A row that is answered by a task, or by a feed of what its answer is made of.
  package init<Input: CodedRecord, Output: Coded, Event: Coded>(
    taskOrFeed name: String, _ verb: Verb, _ path: PathPattern, zone: Zone, summary: String,
    of event: Event.Type, permission: Permission?, faults: [FaultCode] = [],
    markdownField: String? = nil, example: MethodExample? = nil,
    answer: @escaping Waiting<Input, Answer<Output>>, feed: @escaping Waiting<Input, FeedReply>
  ) {
    let description = Self.describe(
      name, verb, path, zone, summary, permission, .none, 200, faults, Input.self, Output.self,
      isFeed: false, feedEvent: Event.schema, markdownField: markdownField, example: example)
    let title = description.title
    self.init(description) { domain in
      .taskOrFeed(
        { (call) async throws(Fault) in
          let answer = try await answer(domain, try call.input(), call.context)
          return call.format.reply(
            answer.value, isReplayed: answer.isReplayed, status: 200, title: title)
        },
        { (call) async throws(Fault) in
          try await feed(domain, try call.input(), call.context)
        })
    }
  }

  /// A row that is answered with a page in one media type, whatever is asked for.
  package init<Input: CodedRecord>(
    page name: String, _ path: PathPattern, zone: Zone, summary: String, type: StaticText,
    permission: Permission?, faults: [FaultCode] = [],
    run: @escaping Waiting<Input, [UInt8]>
  ) {
    let description = Self.describe(
      name, .get, path, zone, summary, permission, .none, 200, faults, Input.self,
      String.self, isFeed: false, fixedType: type)
    self.init(description) { domain in
      .task { (call) async throws(Fault) in
        let page = try await run(domain, try call.input(), call.context)
        return Reply(status: 200, body: page, contentType: .fixed(type))
      }
    }
  }

  private static func describe<Input: CodedRecord, Output: Coded>(
    _ name: String, _ verb: Verb, _ path: PathPattern, _ zone: Zone, _ summary: String,
    _ permission: Permission?, _ scope: ScopeRule, _ status: Int, _ faults: [FaultCode],
    _ input: Input.Type, _ output: Output.Type, isFeed: Bool, feedEvent: Schema? = nil,
    fixedType: StaticText? = nil,
    markdownField: String? = nil, example: MethodExample? = nil
  ) -> MethodDescription {
    guard case .record(let record) = Input.schema else {
      preconditionFailure("the input of \(name) is not a record")
    }
    return MethodDescription(
      name, verb, path, zone: zone, summary: summary, permission: permission, scope: scope,
      status: status, faults: faults, input: record, output: Output.schema, isFeed: isFeed,
      feedEvent: feedEvent, fixedType: fixedType, markdownField: markdownField, example: example,
      readExample: { () throws(DecodeError) in
        guard let example else { return }
        _ = try Input(parameters: [], body: .json([UInt8]("\(example.input)".utf8)))
        _ = try Output(json: [UInt8]("\(example.answer)".utf8))
      })
  }
}

/// Reads the inputs of one row; the input of a call that says nothing is read once for all of them.
///
/// Objects, because the types of generic values would be looked up at every call.
private final class InputReading<Input: CodedRecord>: Sendable {
  private final class Silent: Sendable {
    let input: Input
    init() throws(DecodeError) { input = try Input(parameters: [], body: .none) }
  }

  /// Nil where an input has to say something; what is wrong is told to each caller.
  private let silent: Silent?

  init() {
    do throws(DecodeError) { silent = try Silent() } catch { silent = nil }
  }

  // What it needs of the stack would lie in the memory of the task that calls it.
  @inline(never)
  func input(_ head: CallHead, _ body: WireBody) throws(Fault) -> Input {
    guard let silent, head.parameters.isEmpty, case .none = body else {
      return try head.input(body)
    }
    return silent.input
  }
}

extension Method {
  /// The same row, whose input comes in a body although its verb has none by itself (RFC 9110
  /// §9.3.5).
  package func withBody() -> Method { Method(description.changed(isBodyless: false), bind) }

  /// The same row, which takes no notice of keys under which requests are done once.
  package func withoutKey() -> Method { Method(description.changed(keyRule: .ignored), bind) }

  /// The same row, which everybody may call, but is told who does.
  package func knowingCaller() -> Method { Method(description.changed(knowsCaller: true), bind) }

  /// The same row, which each network of clients may call that often.
  package func limited(_ rate: RatePolicy) -> Method {
    Method(description.changed(rate: rate), bind)
  }
}

extension MethodDescription {
  fileprivate func changed(
    isBodyless: Bool? = nil, keyRule: KeyRule? = nil, knowsCaller: Bool? = nil,
    rate: RatePolicy? = nil
  ) -> MethodDescription {
    MethodDescription(
      name, verb, path, zone: zone, summary: summary, permission: permission, scope: scope,
      status: status, faults: rate == nil ? faults : faults + [.throttled], input: input,
      output: output, isFeed: isFeed, feedEvent: feedEvent, fixedType: fixedType,
      markdownField: markdownField,
      isBodyless: isBodyless ?? self.isBodyless, keyRule: keyRule ?? self.keyRule,
      knowsCaller: knowsCaller ?? self.knowsCaller, rate: rate ?? self.rate, example: example,
      readExample: readExample)
  }
}

extension MethodDescription {
  /// The heading of a Markdown answer: the output's type in words, else the method's own name.
  package var title: String {
    switch output {
    case .record(let record): record.name
    default: String(name.split(separator: "/").last ?? "Answer")
    }
  }
}

extension Call {
  /// The typed input, from path, query and body together.
  package func input<Input: CodedRecord>() throws(Fault) -> Input { try context.head.input(body) }
}

extension CallHead {
  /// The typed input of a call with this head and that body.
  fileprivate func input<Input: CodedRecord>(_ body: WireBody) throws(Fault) -> Input {
    do throws(DecodeError) {
      return try Input(parameters: parameters, body: body)
    } catch {
      throw Fault(error)
    }
  }
}

extension BodyFormat {
  /// The reply in this format.
  // What it needs of the stack would lie in the memory of the task that calls it.
  @inline(never)
  fileprivate func reply(
    _ value: some Coded, isReplayed: Bool = false, status: Int, title: String
  ) -> Reply {
    Reply(
      status: status, body: encode(value, title: title), contentType: .negotiated(self),
      isReplayed: isReplayed)
  }
}
