package import Contract
package import Store

/// Fetches the keys that issuers publish, and again when they may have changed.
package struct KeyFetcher: Sendable {
  /// What is at a place, at most that many bytes, or why it is not to be had; blocks.
  package typealias Fetch =
    @Sendable (IssuerKeys.Place, _ bytesMax: Int) -> Result<
      [UInt8], Failure
    >

  /// Why keys were not fetched, in words for operators.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
  }

  /// What came of one look.
  package struct Event: Hashable, Sendable {
    package let issuer: String
    package let url: String
    /// How many keys there are, or why those from before stay.
    package let result: Result<Int, Failure>
  }

  /// How long fetched keys are believed.
  private static let interval = Duration.seconds(300)
  /// No two looks are closer than that, whatever tokens come: strangers must not have us flood
  /// others.
  private static let gap = Duration.seconds(10)

  private let issuers: ForeignIssuers
  private let pool: WorkerPool
  private let pausing: any Pausing
  private let fetch: Fetch
  private let observe: @Sendable (Event) -> Void

  package init(
    _ issuers: ForeignIssuers, on pool: WorkerPool, pausing: any Pausing,
    observe: @escaping @Sendable (Event) -> Void, fetch: @escaping Fetch
  ) {
    self.issuers = issuers
    self.pool = pool
    self.pausing = pausing
    self.observe = observe
    self.fetch = fetch
  }

  /// Looks again and again until the task is cancelled; returns at once where nothing is published.
  package func work() async {
    await withTaskGroup(of: Void.self) { group in
      for keys in issuers.published {
        guard let place = keys.place else { continue }
        group.addTask { await keep(keys, from: place) }
      }
    }
  }

  private func keep(_ keys: IssuerKeys, from place: IssuerKeys.Place) async {
    var pause = Self.gap
    while !Task.isCancelled {
      let result = await look(keys, at: place)
      observe(Event(issuer: keys.issuer, url: place.url, result: result))
      let seen = keys.wanted.rings
      switch result {
      case .success:
        pause = Self.gap
        guard await pausing.rest(for: Self.gap) else { return }
        await pausing.rest(for: Self.interval - Self.gap) { await keys.wanted.wait(past: seen) }
      case .failure:
        guard await pausing.rest(for: pause) else { return }
        pause = min(pause * 2, Self.interval)
      }
    }
  }

  private func look(
    _ keys: IssuerKeys, at place: IssuerKeys.Place
  ) async -> Result<Int, Failure> {
    let fetch = fetch
    let fetched = await pool.run { fetch(place, IssuerKeys.bytesMax) }
    guard let fetched else { return .failure(Failure("too much is being fetched")) }
    do throws(Failure) {
      let bytes = try fetched.get()
      do throws(IssuerKeys.Refusal) {
        return .success(try keys.take(bytes))
      } catch {
        throw Failure(error.description)
      }
    } catch {
      return .failure(error)
    }
  }
}
