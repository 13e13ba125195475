import Contract
import Synchronization
import Testing
import Wire

@testable import Routing

/// Whatever waits comes back to the executor of its caller: a row that went on elsewhere would cost
/// its loop a job for each level that it returns through.
struct StayingTests {
  // swift-format-ignore
  static let requests: [(path: String, bearer: String, status: Int)] = [
    ("/task",   "all",    200),
    ("/either", "all",    200),
    ("/feed",   "all",    204),
    ("/task",   "stored", 200),
    ("/either", "stored", 200),
    ("/feed",   "stored", 204),
  ]

  @Test("a row goes on where it was called", arguments: requests)
  func stays(_ request: (path: String, bearer: String, status: Int)) async throws {
    let caller = Caller()
    let traveller = Traveller(home: caller.executor)
    let interface = try Interface(
      routes: Traveller.methods.map { Route($0, on: traveller) },
      services: InterfaceServices(
        authenticator: SampleAuthenticator(), tickets: SampleTickets(),
        identifiers: CountingIdentifiers(), clock: HandClock(), isReady: { true }, digest: { $0 }),
      limits: InterfaceLimits())
    let head = TestClient.head(
      "GET", request.path, [("authorization", "Bearer \(request.bearer)")])
    var last: LastRequest?
    let outcome = interface.respond(to: Request(head: head, body: []), after: &last)
    guard case .pending(let operation, _) = outcome else {
      Issue.record("\(request.path) is answered at once")
      return
    }
    let response = await caller.response(of: operation)
    #expect(response.status == request.status)
    #expect(traveller.returns.withLock { $0 } == [true])
  }
}

/// The domain of rows that pass an actor and say where they are then.
private final class Traveller: Sendable {
  let home: HomeExecutor
  let returns = Mutex<[Bool]>([])
  private let elsewhere = Elsewhere()

  private actor Elsewhere {
    func pass() {}
  }

  init(home: HomeExecutor) { self.home = home }

  nonisolated(nonsending) func travel() async {
    await elsewhere.pass()
    returns.withLock { $0.append(home.isRunning) }
  }

  static let methods: [Method<Traveller>] = [
    Method(
      task: "sample.v1.Travels/Task", .get, "/task", zone: .root, summary: "Travels.",
      permission: .read
    ) { (traveller, _: NoInput, _) async throws(Fault) -> Answer<WireValue> in
      await traveller.travel()
      return Answer("back")
    },
    Method(
      either: "sample.v1.Travels/Either", .get, "/either", zone: .root, summary: "Travels.",
      permission: .read,
      memory: { (_, _: NoInput, _) throws(Fault) -> EncodedOnce<WireValue>? in nil },
      run: { (traveller, _: NoInput, _) async throws(Fault) -> WireValue in
        await traveller.travel()
        return "back"
      }),
    Method(
      feed: "sample.v1.Travels/Feed", "/feed", zone: .root, summary: "Travels.",
      of: WireValue.self, permission: .read
    ) { (traveller, _: NoInput, _) async throws(Fault) -> FeedReply in
      await traveller.travel()
      return .finished
    },
  ]
}

/// A caller with an executor of its own.
private actor Caller {
  nonisolated let executor = HomeExecutor()
  // SAFETY: the actor keeps its executor alive.
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  func response(of operation: PendingResponse) async -> Response { await operation() }
}

/// Runs each job where it is enqueued, and says whether one is running: a single caller waits for a
/// single answer, so no two come at once.
private final class HomeExecutor: SerialExecutor {
  private let running = Atomic<Int>(0)

  var isRunning: Bool { running.load(ordering: .sequentiallyConsistent) > 0 }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    running.add(1, ordering: .sequentiallyConsistent)
    // SAFETY: its owner has just given the job up, and it runs once.
    unsafe job.runSynchronously(on: asUnownedSerialExecutor())
    running.subtract(1, ordering: .sequentiallyConsistent)
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    // SAFETY: the caller keeps it alive.
    unsafe UnownedSerialExecutor(ordinary: self)
  }
}
