import Contract
import Curl
import Models
import Wire

/// Requests to providers by libcurl.
struct CurlTransport: ProviderTransport {
  /// No run, and so no answer, takes longer.
  private static let secondsMax = 3600

  private let exchanges: CurlExchanges
  private let wallClock: any WallClock

  /// Nil where the machine has no libcurl, or one that is too old.
  init?(wallClock: any WallClock) {
    guard let exchanges = CurlLibrary.shared.flatMap(CurlExchanges.init) else { return nil }
    self.exchanges = exchanges
    self.wallClock = wallClock
  }

  nonisolated(nonsending) func open(
    _ request: ProviderRequest
  ) async throws(ModelError) -> any ProviderResponse {
    let exchange = exchanges.post(
      CurlRequest(
        CurlDestination(url: request.url, authority: nil, timeoutSeconds: Self.secondsMax),
        fields: request.headers.map { "\($0.name): \($0.value)" }, body: request.body,
        connectMilliseconds: Int(request.connectTimeout / .milliseconds(1)),
        idleSeconds: Int(request.idleTimeout / .seconds(1))))
    do throws(CurlExchangeFailure) {
      let head = try await exchange.head()
      return CurlResponse(
        exchange: exchange, status: head.status,
        retryAfter: head.retryAfter.flatMap {
          RetryAfter.delay($0, at: wallClock.now.milliseconds)
        })
    } catch {
      throw Self.error(error)
    }
  }

  /// A failure in the words of models.
  fileprivate static func error(_ failure: CurlExchangeFailure) -> ModelError {
    switch failure.kind {
    case .unreachable: .provider(.unavailable, "The provider: \(failure).")
    case .timedOut: .provider(.timedOut, "The provider: \(failure).")
    case .brokenOff: .provider(.streamBroken, "The provider's answer: \(failure).")
    case .closed: .cancelled
    }
  }
}

/// An answer that arrives by libcurl.
private struct CurlResponse: ProviderResponse {
  let exchange: CurlExchange
  let status: Int
  let retryAfter: Duration?

  nonisolated(nonsending) func next() async throws(ModelError) -> [UInt8]? {
    do throws(CurlExchangeFailure) {
      return try await exchange.next()
    } catch {
      throw CurlTransport.error(error)
    }
  }

  func close() { exchange.close() }
}
