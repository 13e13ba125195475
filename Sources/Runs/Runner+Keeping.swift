internal import Contract
internal import Store
internal import Wire

/// What is kept for all runs that are executed here: their time, and their leases.
extension Runner {
  /// Ends runs whose time is over, until the task is cancelled.
  func keepTime() async {
    let (executing, clock) = (executing, setup.clock)
    while !Task.isCancelled {
      let seen = executing.sooner.rings
      let next = executing.endOverdue(at: clock.nanoseconds)
      let left = next.map { Duration.nanoseconds($0 - clock.nanoseconds) }
      await setup.pausing.rest(for: left) { await executing.sooner.wait(past: seen) }
    }
  }

  /// Gives signs of life of the runs, until the task is cancelled; one that was called off by
  /// another process or is not ours any more ends.
  func keepLeases() async {
    while await setup.pausing.rest(for: setup.limits.heartbeatEvery) {
      let (runner, held) = (self, executing.all)
      guard !held.isEmpty else { continue }
      do throws(StoreError) {
        let standings = try await setup.database.write { (transaction) throws(StoreError) in
          try runner.renew(held.keys, in: transaction)
        }
        for (lease, isCalledOff) in standings where isCalledOff != false {
          held[lease]?.end(isCalledOff == nil ? .given : .calledOff)
        }
      } catch {
        // A store that is busy now may take the next sign; a lease lasts longer than one of them.
        continue
      }
    }
  }

  /// Lengthens leases; of each whether somebody wishes to cancel its run, nil when the run is no
  /// longer under it.
  func renew(
    _ leases: some Sequence<RunLease>, in transaction: borrowing Transaction
  ) throws(StoreError) -> [(RunLease, isCalledOff: Bool?)] {
    let end = setup.wallClock.now.milliseconds + setup.limits.leaseMax.milliseconds
    var standings: [(RunLease, isCalledOff: Bool?)] = []
    for lease in leases {
      let isCalledOff = try RunJob.renew(lease.run, under: lease.name, until: end, transaction)
      standings.append((lease, isCalledOff))
    }
    return standings
  }
}
