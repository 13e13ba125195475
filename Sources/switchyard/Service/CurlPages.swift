import Curl
import Runs

/// Pages of the web by libcurl, over connections that no other part of the server shares.
struct CurlPages: PageSource {
  private let exchanges: CurlExchanges
  private let places: PagePlaces

  /// Nil where the machine has no libcurl, or one that is too old.
  init?(_ places: PagePlaces) {
    guard let exchanges = CurlLibrary.shared.flatMap(CurlExchanges.init) else { return nil }
    self.exchanges = exchanges
    self.places = places
  }

  nonisolated(nonsending) func page(
    at request: PageRequest
  ) async throws(PageFailure) -> Page {
    let seconds = max(1, Int((request.timeout / .seconds(1)).rounded(.up)))
    let exchange = exchanges.begin(
      CurlRequest(
        CurlDestination(url: request.url, authority: nil, timeoutSeconds: seconds),
        method: "GET", fields: ["accept: \(request.accept)"], body: nil,
        connectMilliseconds: max(1, Int(request.connectTimeout / .milliseconds(1))),
        idleSeconds: seconds, network: places.network(for: request.host)))
    do throws(CurlExchangeFailure) {
      let head = try await exchange.head()
      var body: [UInt8] = []
      // A byte more than is wanted says that there is more.
      while body.count <= request.bytesMax, let piece = try await exchange.next() {
        body += piece.prefix(request.bytesMax + 1 - body.count)
      }
      exchange.close()
      return Page(
        status: head.status, type: head.value(of: "content-type"),
        location: head.value(of: "location"), body: Array(body.prefix(request.bytesMax)),
        isCut: body.count > request.bytesMax)
    } catch {
      throw Self.failure(error.kind)
    }
  }

  private static func failure(_ kind: CurlExchangeFailure.Kind) -> PageFailure {
    switch kind {
    case .forbidden: .forbidden
    case .unreachable, .untrusted: .unreachable
    case .timedOut: .timedOut
    case .brokenOff, .closed: .brokenOff
    }
  }
}

/// Where agents may look that is not the internet's.
struct PagePlaces: Hashable, Sendable {
  private var hosts: Set<String> = []
  private var networks: [CurlNetwork] = []

  /// Nowhere.
  init() {}

  /// Names of hosts and networks with commas; nil where one of them is neither.
  init?(_ text: String) {
    for part in text.split(separator: ",") {
      let name = part.lowercased()
      if let network = CurlNetwork(name) {
        networks.append(network)
      } else if Self.isName(name) {
        hosts.insert(name)
      } else {
        return nil
      }
    }
  }

  /// The guard for a request to a host: one that is named may be anywhere.
  func network(for host: String) -> CurlGuard {
    hosts.contains(host) ? .open : CurlGuard(allowing: networks)
  }

  /// Whether a text names a host, rather than being a number that could be an address.
  private static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy { "0123456789abcdefghijklmnopqrstuvwxyz-_".utf8.contains($0) }
      } && parts.last?.utf8.contains { !(0x30...0x39).contains($0) } == true
  }
}
