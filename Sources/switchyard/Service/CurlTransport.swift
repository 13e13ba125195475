import Contract
import Curl
import Models
import Wire

/// Requests to providers by libcurl.
struct CurlTransport: ProviderTransport {
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
    let exchange = exchanges.begin(
      CurlRequest(
        CurlDestination(
          url: request.url, authority: nil,
          timeoutSeconds: max(1, Int(request.timeout / .seconds(1)))),
        method: request.verb.rawValue,
        fields: request.headers.map { "\($0.name): \($0.value)" },
        body: request.verb.isBodyless ? nil : request.body,
        connectMilliseconds: Int(request.route.connectTimeout / .milliseconds(1)),
        idleSeconds: Int(request.route.silenceTimeout / .seconds(1)),
        proxy: CurlProxy(request.route.proxy),
        authority: request.route.authority.map { Array($0.utf8) }))
    do throws(CurlExchangeFailure) {
      let head = try await exchange.head()
      return CurlResponse(exchange: exchange, head: head, came: wallClock.now)
    } catch {
      throw Self.error(error)
    }
  }

  /// A failure in the words of models.
  fileprivate static func error(_ failure: CurlExchangeFailure) -> ModelError {
    switch failure.kind {
    case .unreachable, .forbidden: .provider(.unavailable, "The provider: \(failure).")
    case .untrusted:
      .provider(.unavailable, "The provider's certificate is not trusted: \(failure).")
    case .timedOut: .provider(.timedOut, "The provider: \(failure).")
    case .brokenOff: .provider(.streamBroken, "The provider's answer: \(failure).")
    case .closed: .cancelled
    }
  }
}

extension CurlProxy {
  fileprivate init(_ proxy: ProviderProxy) {
    self =
      switch proxy {
      case .environment: .environment
      case .none: .none
      case .through(let address, let login):
        .through(address.text, user: login?.user, password: login?.password)
      }
  }
}

/// An answer that arrives by libcurl.
private struct CurlResponse: ProviderResponse {
  let exchange: CurlExchange
  let head: CurlHead
  let came: Timestamp

  var status: Int { head.status }

  var retryAfter: Duration? {
    value(of: "retry-after").flatMap { RetryAfter.delay($0, at: came.milliseconds) }
  }

  func value(of name: String) -> String? { head.value(of: name) }

  nonisolated(nonsending) func next() async throws(ModelError) -> [UInt8]? {
    do throws(CurlExchangeFailure) {
      return try await exchange.next()
    } catch {
      throw CurlTransport.error(error)
    }
  }

  func close() { exchange.close() }
}
