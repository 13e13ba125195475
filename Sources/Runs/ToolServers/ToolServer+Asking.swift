internal import Contract
internal import Models
internal import Store
internal import Wire

/// What others want of the server.
extension ToolServer {
  /// Asks for the list once more, and returns when it has been noted, or when the server is not
  /// there; the caller says for how long.
  package func refresh() async {
    await whileBeginning()
    guard isReady else { return }
    let before = listings
    if !session.isListing {
      do throws(MCPFailure) {
        try askForList(again: false)
      } catch {
        return
      }
    }
    await waitWhile { $0.isReady && $0.listings == before }
  }

  /// Returns when no list is awaited; the caller says for how long.
  func settle() async { await waitWhile { $0.isReady && $0.isListing } }

  /// What comes of a call; it is given up when the task is cancelled or its time is over.
  func call(
    _ tool: String, _ arguments: WireValue
  ) async throws(MCPFailure) -> MCPResult {
    await setup.pausing.rest(for: setup.limits.freshMax) { await self.whileBeginning() }
    guard !Task.isCancelled else { throw .cancelled }
    switch standing {
    case .beginning: throw .unavailable("it does not begin")
    case .down(let failure): throw failure.isOfOneRequest ? .unavailable(failure.message) : failure
    case .ready: break
    }
    guard let link else { throw .unavailable("it is gone") }
    let (message, answer) = (try session.call(tool, arguments), ToolServerAnswer())
    guard let id = message.id else { preconditionFailure("a call has an id") }
    answers[id] = answer
    let number = connections
    await setup.pausing.rest(for: setup.limits.callMax) {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.exchange(message, over: link, number, answer) }
        // The end of the connection is the end of its calls.
        await answer.wait()
        group.cancelAll()
      }
    }
    answers[id] = nil
    if let outcome = answer.outcome { return try outcome.get() }
    let isCancelled = Task.isCancelled
    giveUp(id, because: isCancelled ? "the run was called off" : "no answer in time")
    throw isCancelled ? .cancelled : .timedOut
  }

  private nonisolated func exchange(
    _ message: MCPOutgoing, over link: any MCPLink, _ number: Int, _ answer: ToolServerAnswer
  ) async {
    do throws(MCPFailure) {
      try await link.send(message) { (said) async throws(MCPFailure) in
        try await self.hear(said, answers: message.id, number)
      }
    } catch .cancelled {
      // Whoever has called says why.
      return
    } catch {
      answer.settle(.failure(error))
      if !error.isOfOneRequest { await fail(error, number) }
    }
  }

  private func giveUp(_ id: Int64, because reason: String) {
    guard isReady, let message = session.giveUp(id, because: reason) else { return }
    outgoing.append(.send(message))
    wake.ring()
  }

  /// Has the connection end.
  private func fail(_ failure: MCPFailure, _ number: Int) {
    guard number == connections, isReady else { return }
    self.failure = failure
    wake.ring()
  }

  private func whileBeginning() async { await waitWhile { $0.standing == .beginning } }

  private func waitWhile(_ holds: (isolated ToolServer) -> Bool) async {
    while !Task.isCancelled {
      let seen = changed.rings
      guard holds(self) else { return }
      await changed.wait(past: seen)
    }
  }
}
