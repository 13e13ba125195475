import Curl
import Identity
import Store

/// How the keys that others publish are fetched.
enum PublishedKeys {
  /// How long one look may take, in seconds.
  private static let timeoutSeconds = 10
  /// Issuers whose keys may be fetched at once; the others wait.
  private static let threads = 2
  private static let waitingMax = 1000

  /// Who fetches the keys of those issuers; nil where all of them were given.
  static func fetcher(
    _ issuers: ForeignIssuers, observe: @escaping @Sendable (KeyFetcher.Event) -> Void
  ) throws(StartFailure) -> KeyFetcher? {
    guard !issuers.published.isEmpty else { return nil }
    guard let library = CurlLibrary.shared else {
      throw StartFailure(
        .configuration, "fetching keys by `jwks_uri` needs \(CurlLibrary.missing)")
    }
    let pool = try Server.opening { () throws(StoreError) in
      try WorkerPool(threads: threads, waitingMax: waitingMax)
    }
    return KeyFetcher(issuers, on: pool, pausing: SystemPausing(), observe: observe) {
      (place, bytesMax) in
      do throws(CurlFailure) {
        return .success(
          try library.fetch(
            CurlDestination(
              url: place.url, authority: place.authority, timeoutSeconds: timeoutSeconds),
            bytesMax: bytesMax))
      } catch {
        return .failure(KeyFetcher.Failure(error.description))
      }
    }
  }
}
