package import Contract
internal import Wire

/// The interface of the domain, one row a method (document 004; the catalogue, §4.3).
extension Runner {
  /// The rows, in the order in which the description lists them.
  package static let methods: [Method<Runner>] = [
    Method(
      change: "switchyard.runs.v1.Runs/Create", .post, "/api/runs", zone: .runs,
      summary: "Starts a run; it is in the queue, on disk, when the answer comes.",
      permission: .write, scope: .user, status: 201, faults: [.throttled, .unavailable],
      markdownField: "input",
      example: RunExamples.create, answer: RunAccepted.self
    ) { (runner, input: CreateRun, context, completion) throws(Fault) in
      try runner.create(input, context, completion: completion)
    },
    Method(
      either: "switchyard.runs.v1.Runs/Get", .get, "/api/runs/{run_id}", zone: .runs,
      summary: "Shows a run.", permission: .read, scope: .user, faults: [.notFound],
      example: RunExamples.get,
      memory: { (runner, input: RunReference, head) throws(Fault) -> EncodedOnce<RunView>? in
        runner.remembered(input, head)
      },
      run: { (runner, input: RunReference, context) async throws(Fault) -> RunView in
        try await runner.read(input, context)
      }),
    Method(
      task: "switchyard.runs.v1.Runs/Search", .get, "/api/runs", zone: .runs,
      summary: "Lists the caller's runs that fit a query, newest first.", permission: .read,
      scope: .user, example: RunExamples.search
    ) { (runner, input: RunsQuery, context) async throws(Fault) -> Answer<RunsPage> in
      Answer(try await runner.search(input, context))
    },
    Method(
      task: "switchyard.runs.v1.Runs/List", .get, "/api/sessions/{session_key}/runs", zone: .runs,
      summary: "Lists the runs of a session, newest first.", permission: .read, scope: .user,
      example: RunExamples.list
    ) { (runner, input: SessionRunsQuery, context) async throws(Fault) -> Answer<SessionRunsPage> in
      Answer(try await runner.list(input, context))
    },
    Method(
      task: "switchyard.runs.v1.Runs/Events", .get, "/api/runs/{run_id}/events", zone: .runs,
      summary: "Lists the events of a run, oldest first.", permission: .read, scope: .user,
      faults: [.notFound], example: RunExamples.events
    ) { (runner, input: RunEventsQuery, context) async throws(Fault) -> Answer<RunEventsPage> in
      Answer(try await runner.events(input, context))
    },
    chain,
    watch,
    Method(
      task: "switchyard.runs.v1.Runs/Cancel", .post, "/api/runs/{run_id}/cancel", zone: .runs,
      summary: "Ends a run early; the wish is on disk when the answer comes.",
      permission: .write, scope: .user, faults: [.notFound, .conflict],
      example: RunExamples.cancel
    ) { (runner, input: CancelRun, context) async throws(Fault) -> Answer<RunCancelled> in
      try await runner.cancel(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Runs/Approve", .post, "/api/runs/{run_id}/approve", zone: .runs,
      summary:
        "Allows a call that a run waits with; the decision is on disk when the answer comes.",
      permission: .write, scope: .user, faults: [.notFound, .conflict],
      example: RunExamples.approve
    ) { (runner, input: DecideCall, context) async throws(Fault) -> Answer<CallDecided> in
      try await runner.decide(.approved, input, context)
    },
    Method(
      task: "switchyard.runs.v1.Runs/Reject", .post, "/api/runs/{run_id}/reject", zone: .runs,
      summary: "Forbids a call that a run waits with; its agent is told, and goes on without it.",
      permission: .write, scope: .user, faults: [.notFound, .conflict],
      example: RunExamples.reject
    ) { (runner, input: DecideCall, context) async throws(Fault) -> Answer<CallDecided> in
      try await runner.decide(.rejected, input, context)
    },
    Method(
      task: "switchyard.runs.v1.Runs/Inject", .post, "/api/runs/{run_id}/inject", zone: .runs,
      summary: "Says something to a run that goes on; its agent hears it before it answers.",
      permission: .write, scope: .user, faults: [.notFound, .conflict],
      example: RunExamples.inject
    ) { (runner, input: InjectMessage, context) async throws(Fault) -> Answer<MessageInjected> in
      try await runner.inject(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Runs/Children", .get, "/api/runs/{run_id}/children", zone: .runs,
      summary: "Lists the runs that a run has started, oldest first.", permission: .read,
      scope: .user, faults: [.notFound], example: RunExamples.children
    ) { (runner, input: RunReference, context) async throws(Fault) -> Answer<ChildRunsPage> in
      Answer(try await runner.children(input, context))
    },
    Method(
      change: "switchyard.runs.v1.Groups/Run", .post, "/api/groups/{group_id}/runs", zone: .runs,
      summary: "Starts a run that the members of a group work on, one after the other.",
      permission: .write, scope: .user, status: 201,
      faults: [.notFound, .throttled, .unavailable],
      example: RunExamples.group, answer: GroupRunAccepted.self
    ) { (runner, input: CreateGroupRun, context, completion) throws(Fault) in
      try runner.create(input, context, completion: completion)
    },
  ]

  /// The row that lists the links of a run's chain.
  package static let chain = Method<Runner>(
    task: "switchyard.runs.v1.Runs/Chain", .get, "/api/runs/{run_id}/chain", zone: .runs,
    summary: "Lists the events of a run as the log holds them, with the hashes that chain them.",
    permission: .read, scope: .user, faults: [.notFound], example: RunExamples.chain
  ) { (runner, input: RunChainQuery, context) async throws(Fault) -> Answer<RunChainPage> in
    Answer(try await runner.chain(input, context))
  }

  /// The row that streams the events of a run.
  package static let watch = Method<Runner>(
    feed: "switchyard.runs.v1.Runs/Watch", "/api/runs/{run_id}/stream", zone: .runs,
    summary: "Streams the events of a run from a cursor on, until the run has ended.",
    of: RunEvent.self, permission: .read, scope: .user, faults: [.notFound, .throttled],
    example: RunExamples.watch
  ) { (runner, input: WatchRun, context) async throws(Fault) -> FeedReply in
    try await runner.watch(input, context)
  }
}
