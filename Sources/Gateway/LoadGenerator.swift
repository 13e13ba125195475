internal import Contract

/// Puts a load on a server, over connections that are open already.
///
/// One thread drives all of them: it opens the calls that are due, sends, waits until something
/// comes or is due, and reads. Calls of an open loop need no queue: the moment at which the next
/// one was due says how far behind the load is.
package final class LoadGenerator {
  private let plan: LoadPlan
  private let epoll: Descriptor
  private let timer: Descriptor
  /// By the token of their events; nil for one that broke.
  private var connections: [LoadConnection?]
  private var result = LoadResult()
  private var ready = ReadyEvents()
  private var phase = Phase.warmingUp
  private let begun: Int64
  /// The number of the next call, and how many are open.
  private var next = 0
  private var openCount = 0
  /// The connection that is asked first to take the next call.
  private var turn = 0
  /// Connections that have something to send, each once.
  private var dirty: [Int] = []
  /// The moment that the timer is set to.
  private var alarm: Int64 = 0

  private enum Phase {
    case warmingUp
    /// Calls are measured; since when, and what the server had used by then.
    case measuring(since: Int64, used: Int64?)
    /// Calls that are open are waited for.
    case ending
  }

  private static let timerToken = UInt64.max
  private static let second: Int64 = 1_000_000_000

  /// A load for these connections, which no longer block.
  package init(_ plan: LoadPlan, over connections: [ClientConnection]) throws(ClientFailure) {
    self.plan = plan
    self.connections = connections.map { LoadConnection($0, streamsMax: plan.streamsMax) }
    do throws(SystemError) {
      epoll = try Linux.makeEpoll()
      timer = try Linux.makeTimer()
      try Linux.watch(epoll.number, timer.number, .reading, token: Self.timerToken, isNew: true)
      for (token, connection) in connections.enumerated() {
        try Linux.watch(
          epoll.number, connection.descriptor, .reading, token: UInt64(token), isNew: true)
      }
    } catch {
      throw .system(error)
    }
    for connection in connections { try connection.unblock() }
    begun = Linux.nanoseconds
  }

  /// Lets this process have as many connections as it is allowed at most.
  package static func allowManyConnections() { Linux.raiseDescriptorLimit() }

  private var end: Int64 { begun + plan.warmUp + plan.duration }

  /// Runs the load to its end, once; `progress` hears every second of measuring how many seconds
  /// are over, and the figures so far.
  package func run(
    progress: (_ seconds: Int64, LoadResult) -> Void
  ) throws(ClientFailure) -> LoadResult {
    var told: Int64 = 0
    while true {
      let now = Linux.nanoseconds
      move(to: now)
      if case .measuring(let since, _) = phase, (now - since) / Self.second > told {
        told = (now - since) / Self.second
        progress(told, result)
      }
      open(now)
      send()
      if isOver(now) { break }
      try wait(now)
      read()
    }
    abandon(Linux.nanoseconds)
    return result
  }

  private func isOver(_ now: Int64) -> Bool {
    guard connections.contains(where: { $0 != nil }) else { return true }
    return now >= end && (openCount == 0 || now >= end + plan.grace)
  }

  private func move(to now: Int64) {
    switch phase {
    case .warmingUp:
      guard now >= begun + plan.warmUp else { return }
      phase = .measuring(since: now, used: processorTime)
    case .measuring(let since, let used):
      guard now >= end else { return }
      phase = .ending
      result.duration = now - since
      if let used, let now = processorTime { result.processorTime = now - used }
    case .ending: return
    }
  }

  private var processorTime: Int64? {
    plan.process.flatMap { Linux.processorNanoseconds(of: $0) }
  }
}

// MARK: - Calls

extension LoadGenerator {
  /// When the call of this number is due; nil when it is due as soon as there is room.
  private func moment(of call: Int) -> Int64? {
    guard case .perSecond(let rate) = plan.pace else { return nil }
    return begun + Int64(Double(call) / rate * Double(Self.second))
  }

  /// Opens every call that is due and for which there is room; one that was due before the end is
  /// opened after it too, when this thread was late.
  private func open(_ now: Int64) {
    while true {
      let moment = moment(of: next) ?? now
      guard moment <= now, moment < end, let token = tokenWithRoom() else { return }
      guard connections[token]?.open(plan, due: moment) == true else { continue }
      next += 1
      openCount += 1
      list(token)
    }
  }

  private func tokenWithRoom() -> Int? {
    for _ in connections.indices {
      turn = turn + 1 < connections.count ? turn + 1 : 0
      if connections[turn]?.hasRoom == true { return turn }
    }
    return nil
  }

  private func count(_ outcome: LoadConnection.Outcome, due: Int64, at now: Int64) {
    openCount -= 1
    let isMeasured = due >= begun + plan.warmUp
    switch outcome {
    case .answered(let number):
      if case .measuring = phase { result.answeredMeanwhile += 1 }
      guard isMeasured else { return }
      result.answers[number, default: 0] += 1
      result.latency.add(now - due)
    case .broken: if isMeasured { result.broken += 1 }
    }
  }

  /// Counts the calls that were due and that nobody answers any more.
  private func abandon(_ now: Int64) {
    var waiting = connections.flatMap { $0.map { Array($0.openCalls) } ?? [] }
    while let moment = moment(of: next), moment < min(now, end) {
      waiting.append(moment)
      next += 1
    }
    for due in waiting where due >= begun + plan.warmUp {
      result.unanswered += 1
      result.latency.add(now - due)
    }
  }
}

// MARK: - Waiting and reading

extension LoadGenerator {
  /// Waits until something has come, or until the clock has something to say.
  private func wait(_ now: Int64) throws(ClientFailure) {
    var wake = end + plan.grace
    if now < end {
      wake = min(end, now + Self.second)
      if let moment = moment(of: next), moment > now { wake = min(wake, moment) }
    }
    do throws(SystemError) {
      if wake < alarm || alarm <= now {
        try Linux.set(timer.number, to: wake)
        alarm = wake
      }
      try Linux.wait(epoll.number, &ready, milliseconds: -1)
    } catch {
      throw .system(error)
    }
  }

  private func read() {
    for index in 0..<ready.count {
      let token = ready[index].token
      guard token != Self.timerToken else { continue }
      attend(Int(token)) { (one) throws(ClientFailure) in
        var now: Int64 = 0
        try one.receive { outcome, due in
          // One moment for all that came at once.
          if now == 0 { now = Linux.nanoseconds }
          count(outcome, due: due, at: now)
        }
      }
      // Windows that opened and room that came are for the next turn.
      list(Int(token))
    }
  }

  /// Notes that a connection has something to send.
  private func list(_ token: Int) {
    guard let one = connections[token], !one.isListed else { return }
    one.isListed = true
    dirty.append(token)
  }

  private func send() {
    for token in dirty {
      attend(token) { (one) throws(ClientFailure) in
        one.isListed = false
        try one.send()
      }
    }
    dirty.removeAll(keepingCapacity: true)
  }

  /// Does something with a connection, which is given up when that fails.
  private func attend(
    _ token: Int, _ work: (LoadConnection) throws(ClientFailure) -> Void
  ) {
    guard let one = connections[token] else { return }
    let wasStuck = one.isStuck
    do throws(ClientFailure) {
      try work(one)
      guard one.isStuck != wasStuck else { return }
      do throws(SystemError) {
        try Linux.watch(
          epoll.number, one.descriptor, one.isStuck ? [.reading, .writing] : .reading,
          token: UInt64(token), isNew: false)
      } catch {
        throw .system(error)
      }
    } catch {
      result.failure = error
      connections[token] = nil
      for due in one.openCalls { count(.broken, due: due, at: Linux.nanoseconds) }
    }
  }
}
