internal import Contract
internal import HTTP2
internal import Routing

/// The work of one request that has to wait for something; cancelled when its stream goes.
typealias RequestTask = Task<Void, Never>

/// A request that is answered by a task.
struct RequestWork: Sendable {
  let operation: PendingResponse
  let stream: StreamKey
  let connection: ConnectionToken
  let began: Int64
}

/// A task that has done its work and may do more: to make one and to end it cost a seventh of a
/// request that passes one actor.
@safe final class RequestWorker {
  /// Nil until the task that is begun has had to wait.
  fileprivate(set) var task: RequestTask?
  fileprivate var next: UnsafeContinuation<RequestWork?, Never>?

  fileprivate init() {}

  fileprivate func go(on work: RequestWork?) {
    // SAFETY: whoever takes a worker from the idle ones tells it once how it goes on.
    unsafe next?.resume(returning: work)
    unsafe next = nil
  }
}

extension Loop {
  /// Workers that are kept for the requests to come; more end with their work.
  private static let workersKept = 64

  /// Runs `operation` on this loop and gives its answer to the stream, if that is still there.
  func start(
    _ operation: @escaping PendingResponse,
    for stream: StreamKey, on connection: Connection, since began: Int64
  ) {
    let work = RequestWork(
      operation: operation, stream: stream, connection: connection.token, began: began)
    connection.running += 1
    running += 1
    metrics.tasksStarted += 1
    if let worker = idleWorkers.popLast() {
      connection.pending[stream] = worker.task
      worker.go(on: work)
    } else {
      begin(work, on: connection)
    }
  }

  /// Makes a task for the work.
  ///
  /// This is the one place that makes a task without a parent: its parent is the stream, which
  /// keeps the handle, cancels it on closing, and counts it until it has ended. It runs at once, as
  /// a call would, until it has to wait: each job of its own costs a microsecond.
  private func begin(_ work: RequestWork, on connection: Connection) {
    starting = work.stream
    let worker = RequestWorker()
    worker.task = Task.immediate(executorPreference: eventLoop) {
      var next: RequestWork? = work
      while let work = next {
        let response = await work.operation()
        deliver(response, to: work.stream, of: work.connection, since: work.began)
        // Whose stream has closed is cancelled, and stays so.
        guard !Task.isCancelled, !isStopped, idleWorkers.count < Self.workersKept else { return }
        // SAFETY: see `RequestWorker.go`.
        next = unsafe await withUnsafeContinuation { continuation in
          unsafe worker.next = continuation
          idleWorkers.append(worker)
        }
      }
    }
    // What never waited has been delivered by now.
    guard starting != nil else { return }
    starting = nil
    connection.pending[work.stream] = worker.task
  }

  /// Has the workers end that have nothing to do.
  func dismissWorkers() {
    for worker in idleWorkers { worker.go(on: nil) }
    idleWorkers = []
  }

  private func deliver(
    _ response: Response, to stream: StreamKey, of token: ConnectionToken, since began: Int64
  ) {
    running -= 1
    guard let connection = connections[token] else { return }
    connection.running -= 1
    if !connection.waiting.isEmpty { markDirty(connection) }
    if starting == stream {
      starting = nil
    } else {
      // A stream that has closed took its task out of the table.
      guard connection.pending.removeValue(forKey: stream) != nil else { return }
    }
    now = Linux.nanoseconds
    submit(response, to: stream, on: connection, since: began)
  }

  /// Begins work that needs no task, and whose answer comes with the mailbox.
  func begin(
    _ deferred: DeferredResponse, for stream: StreamKey, on connection: Connection,
    since began: Int64
  ) {
    let token = connection.token
    let refusal = deferred.begin { [eventLoop] response in
      eventLoop.post(
        .answer(DeferredAnswer(response: response, stream: stream, connection: token, began: began))
      )
    }
    guard let refusal else {
      connection.running += 1
      running += 1
      return
    }
    submit(refusal, to: stream, on: connection, since: began)
  }

  /// Gives an answer that came with the mailbox to its stream, if that is still there.
  func deliver(_ answer: DeferredAnswer) {
    running -= 1
    guard let connection = connections[answer.connection] else { return }
    connection.running -= 1
    if !connection.waiting.isEmpty { markDirty(connection) }
    submit(answer.response(), to: answer.stream, on: connection, since: answer.began)
  }

  /// Asks which of `credentials` have ended, and ends their feeds.
  func ask(after credentials: Set<String>) {
    standings = Task(executorPreference: eventLoop) { [interface] in
      do throws(Fault) {
        await self.answered(ended: try await interface.ended(among: credentials))
      } catch {
        // Who cannot be asked about stays; the next sweep asks again.
        await self.answered(ended: [])
      }
    }
  }

  /// Asks whether the server is ready, unless that is being asked.
  func askReadiness() {
    guard readiness == nil else { return }
    readiness = Task(executorPreference: eventLoop) { [interface] in
      let isReady = await interface.isReady()
      await self.answered(isReady: isReady)
    }
  }

  private func answered(isReady: Bool) {
    readiness = nil
    heard(isReady: isReady)
  }

  private func answered(ended credentials: Set<String>) {
    standings = nil
    dismiss(credentials)
  }

  /// Reads a page of a feed on this loop's behalf and gives it to those who wait for it.
  func load(_ feed: SharedFeed, after position: Int64) {
    let source = feed.source
    let key = feed.key
    let limit = limits.feedPageMax
    feed.loading.updateValue(nil, forKey: position)
    // What is in memory is there at once.
    let loading = Task.immediate(executorPreference: eventLoop) {
      do throws(Fault) {
        let page = try await source.page(after: position, limit: limit)
        loaded(page, of: key, after: position)
      } catch {
        failed(error, of: key, after: position)
      }
    }
    if feed.loading[position] != nil { feed.loading.updateValue(loading, forKey: position) }
  }
}

/// An answer on its way to the loop of its connection, where it is put together.
struct DeferredAnswer: Sendable {
  let response: @Sendable () -> Response
  let stream: StreamKey
  let connection: ConnectionToken
  let began: Int64
}
