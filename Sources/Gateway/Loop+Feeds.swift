internal import Contract
internal import HTTP2
internal import Negotiation
internal import Routing

/// Feeds: who listens to what, and what wakes them.
extension Loop {
  /// Opens a feed, or tells the cap that is reached.
  func join(
    _ plan: FeedPlan, _ format: FeedFormat, _ stream: StreamKey, _ connection: Connection,
    principal: Principal
  ) -> Joining {
    let seat = FeedSeat(stream: plan.topic.stream, principal: principal.id, tenant: plan.tenant)
    if let shortage = census.enter(seat, limits: limits) { return .refused(shortage) }
    let key = FeedKey(topic: plan.topic, format: format)
    let feed = feeds[key] ?? open(plan, key)
    feed.subscribers += 1
    let subscriber = FeedSubscriber(
      feed: feed, seat: seat, stream: stream, connection: connection.token, principal: principal,
      position: plan.position, greeting: format.encode(.greeting(plan.greeting)),
      farewell: farewell(of: format),
      now: now)
    connection.feeds[stream] = subscriber
    return .joined(subscriber)
  }

  /// Begins a feed, and to hear of its stream: before the first reading, so that it misses nothing.
  private func open(_ plan: FeedPlan, _ key: FeedKey) -> SharedFeed {
    let feed = SharedFeed(plan, key: key, pagesKept: limits.feedPagesKept, wants: wants)
    if feeds.add(feed) { eventLoop.watch(key.topic.stream) }
    return feed
  }

  /// What becomes of a wish to subscribe.
  enum Joining {
    case joined(FeedSubscriber)
    case refused(FeedShortage)
  }

  /// What follows the last event of a topic that ends.
  private func farewell(of format: FeedFormat) -> Farewell {
    switch format {
    case .eventStream, .cborSequence, .jsonSequence: .nothing
    case .messages: .trailers(interface.trailers(nil, to: FieldSection()))
    case .webSocket: .bytes(WebSocketFrame.close(.normal, ""))
    }
  }

  func leave(_ subscriber: FeedSubscriber) {
    let feed = subscriber.feed
    feed.forget(subscriber)
    feed.subscribers -= 1
    census.leave(subscriber.seat)
    guard feed.subscribers == 0 else { return }
    for task in feed.loading.values { task?.cancel() }
    if feeds.remove(feed) { eventLoop.unwatch(feed.key.topic.stream) }
  }

  /// A stream of the log has grown: those who wait for its end look again.
  func grew(_ stream: String, at moment: Int64) {
    for feed in feeds.reading(stream) { feed.grew(at: moment) }
  }

  /// Begins the readings that subscribers asked for while their bytes were produced.
  func loadAllWanted() {
    for feed in wants.take() where feeds[feed.key] === feed {
      for position in feed.takeWanted() { load(feed, after: position) }
    }
  }

  func loaded(_ page: FeedPage, of key: FeedKey, after position: Int64) {
    guard let feed = feeds[key] else { return }
    now = Linux.nanoseconds
    metrics.feedPagesRead += 1
    metrics.feedEventsRead += page.items.count
    if !page.items.isEmpty, let moment = feed.takeGrowth() {
      metrics.feedLag.add(now - moment)
    }
    wake(feed.take(page, after: position))
  }

  /// Wakes subscribers, of whom those of one connection mostly stand beside each other.
  private func wake(_ subscribers: [FeedSubscriber]) {
    var index = subscribers.startIndex
    while index < subscribers.endIndex {
      let token = subscribers[index].connection
      let connection = connections[token]
      let http2 = connection?.http2
      while index < subscribers.endIndex, subscribers[index].connection == token {
        subscribers[index].active = now
        http2?.resume(subscribers[index].stream)
        index += 1
      }
      if let connection, http2 != nil { markDirty(connection) }
    }
  }

  /// A reading failed: the subscribers end and come back with their position.
  func failed(_ fault: Fault, of key: FeedKey, after position: Int64) {
    guard let feed = feeds[key] else { return }
    metrics.feedFailures += 1
    observer.failed(fault, topic: key.topic)
    for subscriber in feed.fail(after: position) { end(subscriber, with: fault) }
  }

  /// When a subscriber that was sent away should come back.
  private static let retryMilliseconds = 1000

  /// Ends a feed before its topic does; `fault` says why where trailers can.
  func end(_ subscriber: FeedSubscriber, with fault: Fault) {
    let format = subscriber.feed.key.format
    switch format {
    case .eventStream, .cborSequence, .jsonSequence:
      subscriber.end(saying: format.encode(retryMilliseconds: Self.retryMilliseconds))
    case .messages:
      let http2 = connections[subscriber.connection]?.http2
      let trailers = http2?.withHead(subscriber.stream) { interface.trailers(fault, to: $0) }
      subscriber.farewell = trailers.map { .trailers($0) } ?? .nothing
      subscriber.end(saying: [])
    case .webSocket: close(subscriber, WebSocketCode(fault.code), fault.message)
    }
    wake(subscriber)
  }

  /// What subscribers are told who may come back at once.
  static let goingAway = Fault(
    .unavailable, "the server is going away: subscribe again behind the last event",
    retryAfterSeconds: retryMilliseconds / 1000)

  func wake(_ subscriber: FeedSubscriber) {
    guard let connection = connections[subscriber.connection], let http2 = connection.http2 else {
      return
    }
    subscriber.active = now
    http2.resume(subscriber.stream)
    markDirty(connection)
  }
}
