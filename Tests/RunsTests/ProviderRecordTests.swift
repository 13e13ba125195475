import Identity
import Models
import Store
import Testing
import Wire

@testable import Runs

/// The way to a provider, as it is said, kept and read again.
struct ProviderRecordTests {
  private let database: Database
  private let master: MasterKey

  init() throws {
    database = try TestRunner().database
    master = try #require(MasterKey(text: String(repeating: "4d", count: MasterKey.count)))
  }

  private static func address(_ text: String) throws -> ProxyAddress {
    try #require(ProxyAddress(text))
  }

  private static func way(
    authority: String? = nil, proxy: ProviderProxy = .environment, connect: Int = 10,
    silence: Int = 120
  ) -> ProviderRoute {
    ProviderRoute(
      authority: authority, proxy: proxy, connectTimeout: .seconds(connect),
      silenceTimeout: .seconds(silence))
  }

  private func record(_ route: ProviderRoute, key: String? = nil) throws -> ProviderRecord {
    ProviderRecord(
      name: "there", dialect: .openai, address: ProviderDialect.openai.standardAddress, model: "m",
      contextTokens: nil, prices: nil, route: route, key: key.map { Array($0.utf8) },
      sealedUnder: master,
      at: Timestamp(milliseconds: 0))
  }

  private func put(_ route: ProviderRoute) async throws -> ProviderRecord {
    let record = try record(route)
    let found = try await database.write { (transaction) throws(StoreError) in
      try record.put(in: transaction)
      return try ProviderRecord.find("there", in: transaction)
    }
    return try #require(found)
  }

  static let ways: [Named<ProviderRoute>] = {
    guard let proxy = ProxyAddress("socks5h://[::1]:1080"), let login = ProxyLogin("me:a:b")
    else { return [] }
    return [
      Named("the standard", .standard),
      Named("own certificates", way(authority: "-----BEGIN CERTIFICATE-----\n…")),
      Named("no proxy", way(proxy: .none)),
      Named("a proxy", way(proxy: .through(proxy, login: nil))),
      Named("a proxy that asks who comes", way(proxy: .through(proxy, login: login))),
      Named("other times", way(connect: 1, silence: 3600)),
    ]
  }()

  @Test("a way is kept in its row, and read again", arguments: ways)
  func roundTrip(_ named: Named<ProviderRoute>) async throws {
    let found = try await put(named.row)
    let endpoint = try #require(found.endpoint(openedBy: master))
    #expect(endpoint.route == named.row)
    #expect(endpoint.request("").route == named.row)
    #expect(endpoint.serving("n").route == named.row)
  }

  @Test("what a proxy knows this server by lies sealed, and is in nothing that is printed")
  func sealed() async throws {
    let login = try #require(ProxyLogin("my-name:my-password"))
    let proxy = try Self.address("http://proxy:3128")
    let found = try await put(Self.way(proxy: .through(proxy, login: login)))
    #expect(found.hasProxyLogin && found.route.proxy == .through(proxy, login: nil))
    let row = try await database.read { (reader) throws(StoreError) in
      try reader.first(
        Whole.self,
        "SELECT proxy || ' ' || hex(proxy_login) FROM providers")
    }
    let hex = "my-password".utf8.map { String($0, radix: 16, uppercase: true) }.joined()
    #expect(row?.text.hasPrefix("http://proxy:3128 ") == true && row?.text.contains(hex) == false)
    #expect(!"\(found.endpoint(openedBy: master).map { "\($0)" } ?? "")".contains("my-"))
    let other = try #require(MasterKey(text: String(repeating: "5e", count: MasterKey.count)))
    #expect(found.endpoint(openedBy: other) == nil && found.keylessEndpoint.route == found.route)
  }

  @Test("a proxy that stays keeps what it knows this server by; another does not")
  func keepsLogin() async throws {
    let login = try #require(ProxyLogin("me:secret"))
    let first = try Self.address("http://proxy:3128")
    let second = try Self.address("http://proxy:3129")
    _ = try await put(Self.way(proxy: .through(first, login: login)))
    #expect(try await put(Self.way(proxy: .through(first, login: nil), connect: 5)).hasProxyLogin)
    #expect(try await !put(Self.way(proxy: .through(second, login: nil))).hasProxyLogin)
    _ = try await put(Self.way(proxy: .through(first, login: login)))
    #expect(try await !put(.standard).hasProxyLogin)
  }

  // swift-format-ignore
  static let addresses: [(String, String?)] = [
    ("http://proxy:3128", "http://proxy:3128"), ("https://proxy.example:443/", "https://proxy.example:443"),
    ("socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"), ("http://[::1]:8080", "http://[::1]:8080"),
    ("proxy:3128", nil), ("http://proxy", nil), ("http://:3128", nil), ("http://proxy:0", nil),
    ("http://proxy:65536", nil), ("http://proxy:x", nil), ("http://u:p@proxy:3128", nil),
    ("socks5://proxy:1080", nil), ("socks4://proxy:1080", nil), ("ftp://proxy:21", nil),
    ("http://proxy:3128/path", nil), ("http://proxy:3128?a", nil), ("http://pro xy:3128", nil),
    ("http://proxy:3128//", nil), ("http://船:3128", nil), ("", nil), ("none", nil),
    ("http://\(String(repeating: "p", count: 510)):3128", nil),
  ]

  @Test("a proxy's address has a scheme, a host and a port, and nothing else", arguments: addresses)
  func proxyAddress(_ text: String, _ address: String?) {
    #expect(ProxyAddress(text)?.text == address)
  }

  // swift-format-ignore
  static let logins: [(String, Bool)] = [
    ("me:secret", true), ("me:", true), ("me:a:b", true), (":secret", false), ("me", false),
    ("", false), ("m e:secret", false), ("me:sec\nret", false), ("me:é", false),
    ("me:\(String(repeating: "x", count: ProxyLogin.bytesMax))", false),
  ]

  @Test("what a proxy knows somebody by is a name and a password", arguments: logins)
  func proxyLogin(_ text: String, _ isOne: Bool) {
    let login = ProxyLogin(text)
    #expect((login != nil) == isOne)
    #expect(login.map { "\($0.user):\($0.password)" } == (isOne ? text : nil))
    #expect(login.map { "\($0) \(String(reflecting: $0))" } == (isOne ? "[key] [key]" : nil))
  }
}

/// A row that is one text.
private struct Whole: Record {
  let text: String

  init(row: borrowing Row) throws(StoreError) { text = try row.text(0) }
}
