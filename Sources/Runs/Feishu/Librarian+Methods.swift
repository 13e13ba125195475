package import Contract
internal import Wire

/// The interface of the librarian, one row a method (document 004; the catalogue, §4.9).
extension Librarian {
  /// The rows, in the order in which the description lists them.
  package static let methods: [Method<Librarian>] = [
    Method(
      task: "switchyard.runs.v1.Feishu/Create", .post, "/api/feishu/connectors", zone: .runs,
      summary: "Makes a connector by which a project reads documents of Feishu.",
      permission: .write, scope: .project, status: 201, faults: [.conflict],
      example: FeishuExamples.create
    ) {
      (librarian, input: CreateConnector, context) async throws(Fault) -> Answer<FeishuConnector> in
      try await librarian.create(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Feishu/List", .get, "/api/feishu/connectors", zone: .runs,
      summary: "Lists the connectors of a project.", permission: .read, scope: .project,
      example: FeishuExamples.list
    ) { (librarian, _: NoInput, context) async throws(Fault) -> Answer<ConnectorList> in
      Answer(try await librarian.connectors(context))
    },
    Method(
      task: "switchyard.runs.v1.Feishu/Get", .get, "/api/feishu/connectors/{connector_id}",
      zone: .runs, summary: "Shows a connector.", permission: .read, scope: .project,
      faults: [.notFound], example: FeishuExamples.connector
    ) {
      (librarian, input: ConnectorReference, context) async throws(Fault) -> Answer<FeishuConnector>
      in
      Answer(try await librarian.connector(input.connectorID, context))
    },
    Method(
      task: "switchyard.runs.v1.Feishu/Update", .patch, "/api/feishu/connectors/{connector_id}",
      zone: .runs, summary: "Changes a connector; its configuration is replaced as a whole.",
      permission: .write, scope: .project, faults: [.notFound], example: FeishuExamples.update
    ) {
      (librarian, input: UpdateConnector, context) async throws(Fault) -> Answer<FeishuConnector> in
      try await librarian.update(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Feishu/Sync", .post, "/api/feishu/connectors/{connector_id}/sync",
      zone: .runs,
      summary: "Has a connector read what is new; one that is at it is not begun anew.",
      permission: .write, scope: .project, status: 202, faults: [.notFound],
      example: FeishuExamples.sync
    ) { (librarian, input: SyncConnector, context) async throws(Fault) -> Answer<FeishuJob> in
      try await librarian.sync(input, context)
    },
    Method(
      task: "switchyard.runs.v1.Feishu/Jobs", .get, "/api/feishu/connectors/{connector_id}/jobs",
      zone: .runs, summary: "Lists the syncs of a connector, newest first.", permission: .read,
      scope: .project, faults: [.notFound], example: FeishuExamples.jobs
    ) { (librarian, input: JobsQuery, context) async throws(Fault) -> Answer<JobList> in
      Answer(try await librarian.jobs(input, context))
    },
  ]
}
