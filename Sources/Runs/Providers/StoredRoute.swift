internal import Identity
internal import Models
internal import Store

/// The way to a provider as it lies in its row: five columns, of which one is sealed.
struct StoredRoute: Sendable {
  /// The way, without what the proxy knows this server by.
  let open: ProviderRoute
  private let sealedLogin: [UInt8]?

  /// What stands in the place of an address where there is to be no proxy.
  private static let noProxy = "none"

  init(_ route: ProviderRoute, sealedUnder master: MasterKey, for provider: String) {
    var proxy = route.proxy
    var sealed: [UInt8]?
    if case .through(let address, let login?) = proxy {
      let text = "\(login.user):\(login.password)"
      sealed = master.seal(Array(text.utf8), place: Self.place(of: provider))
      proxy = .through(address, login: nil)
    }
    open = ProviderRoute(
      authority: route.authority, proxy: proxy, connectTimeout: route.connectTimeout,
      silenceTimeout: route.silenceTimeout)
    sealedLogin = sealed
  }

  /// Reads the columns from that one on.
  init(row: borrowing Row, from first: Int) throws(StoreError) {
    let standard = ProviderRoute.standard
    let text = try row.optionalText(first + 1)
    let proxy: ProviderProxy
    switch text {
    case nil: proxy = .environment
    case Self.noProxy?: proxy = .none
    case let text?:
      guard let address = ProxyAddress(text) else {
        throw .unreadable(column: first + 1, expected: .text)
      }
      proxy = .through(address, login: nil)
    }
    open = ProviderRoute(
      authority: try row.optionalText(first), proxy: proxy,
      connectTimeout: try row.optionalInteger(first + 3).map { .seconds($0) }
        ?? standard.connectTimeout,
      silenceTimeout: try row.optionalInteger(first + 4).map { .seconds($0) }
        ?? standard.silenceTimeout)
    sealedLogin = try row.optionalBlob(first + 2)
  }

  /// Whether the proxy knows this server by a name and a password.
  var hasLogin: Bool { sealedLogin != nil }

  /// The values of the columns `authority`, `proxy`, `proxy_login`, `connect_seconds` and
  /// `silence_seconds`.
  var values: [SQLValue] {
    let standard = ProviderRoute.standard
    let proxy: String? =
      switch open.proxy {
      case .environment: nil
      case .none: Self.noProxy
      case .through(let address, _): address.text
      }
    return [
      .optional(open.authority), .optional(proxy), .optional(sealedLogin),
      .optional(Self.seconds(open.connectTimeout, besides: standard.connectTimeout)),
      .optional(Self.seconds(open.silenceTimeout, besides: standard.silenceTimeout)),
    ]
  }

  private static func seconds(_ duration: Duration, besides standard: Duration) -> Int64? {
    duration == standard ? nil : Int64(duration / .seconds(1))
  }

  /// The way with what the proxy knows this server by; nil where that does not open.
  func route(openedBy master: MasterKey, for provider: String) -> ProviderRoute? {
    guard let sealedLogin, case .through(let address, _) = open.proxy else { return open }
    guard let bytes = master.open(sealedLogin, place: Self.place(of: provider)),
      let text = String(validating: bytes, as: UTF8.self), let login = ProxyLogin(text)
    else { return nil }
    return ProviderRoute(
      authority: open.authority, proxy: .through(address, login: login),
      connectTimeout: open.connectTimeout, silenceTimeout: open.silenceTimeout)
  }

  private static func place(of provider: String) -> String { "provider-proxy:\(provider)" }
}
