internal import Contract
internal import HTTP2
internal import Routing

/// The work of one request that has to wait for something; cancelled when its stream goes.
typealias RequestTask = Task<Void, Never>

extension Loop {
  /// Runs `operation` on this loop and gives its answer to the stream, if that is still there.
  ///
  /// This is the one place that makes a task without a parent: its parent is the stream, which
  /// keeps the handle, cancels it on closing, and counts it until it has ended.
  func start(
    _ operation: @escaping PendingResponse,
    for stream: StreamKey, on connection: Connection, since began: Int64
  ) {
    let token = connection.token
    connection.running += 1
    running += 1
    metrics.tasksStarted += 1
    starting = stream
    // It runs at once, as a call would, until it has to wait: each job of its own costs a
    // microsecond.
    let task = Task.immediate(executorPreference: eventLoop) {
      let response = await operation()
      deliver(response, to: stream, of: token, since: began)
    }
    // What never waited has been delivered by now.
    guard starting != nil else { return }
    starting = nil
    connection.pending[stream] = task
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
