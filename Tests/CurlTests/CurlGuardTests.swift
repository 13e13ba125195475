import Testing

@testable import Curl

/// Where transfers may not go.
struct CurlGuardTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let network: String
    let refused: [String]
    /// What lies beside it, and is the internet's.
    var permitted: [String] = []

    var testDescription: String { network }
  }

  /// Each refused network with its first and its last address; and ways to write one in another.
  // swift-format-ignore
  static let rows = [
    Row(network: "this host",         refused: ["0.0.0.0", "0.255.255.255"],             permitted: ["1.0.0.0"]),
    Row(network: "private",           refused: ["10.0.0.0", "10.255.255.255"],           permitted: ["9.255.255.255", "11.0.0.0"]),
    Row(network: "provider's",        refused: ["100.64.0.0", "100.127.255.255", "100.100.100.200"], permitted: ["100.63.255.255", "100.128.0.0"]),
    Row(network: "loopback",          refused: ["127.0.0.0", "127.0.0.1", "127.255.255.255"], permitted: ["126.255.255.255", "128.0.0.0"]),
    Row(network: "a cloud's",         refused: ["168.63.129.16"],                        permitted: ["168.63.129.15", "168.63.129.17"]),
    Row(network: "link-local",        refused: ["169.254.0.0", "169.254.169.254", "169.254.255.255"], permitted: ["169.253.255.255", "169.255.0.0"]),
    Row(network: "private, 172",      refused: ["172.16.0.0", "172.31.255.255"],         permitted: ["172.15.255.255", "172.32.0.0"]),
    Row(network: "protocols",         refused: ["192.0.0.0", "192.0.0.255"],             permitted: ["191.255.255.255", "192.0.1.0"]),
    Row(network: "examples, 1",       refused: ["192.0.2.0", "192.0.2.255"],             permitted: ["192.0.3.0"]),
    Row(network: "relays of 6to4",    refused: ["192.88.99.0", "192.88.99.255"],         permitted: ["192.88.98.255", "192.88.100.0"]),
    Row(network: "private, 192",      refused: ["192.168.0.0", "192.168.255.255"],       permitted: ["192.167.255.255", "192.169.0.0"]),
    Row(network: "measurements",      refused: ["198.18.0.0", "198.19.255.255"],         permitted: ["198.17.255.255", "198.20.0.0"]),
    Row(network: "examples, 2",       refused: ["198.51.100.0", "198.51.100.255"],       permitted: ["198.51.99.255", "198.51.101.0"]),
    Row(network: "examples, 3",       refused: ["203.0.113.0", "203.0.113.255"],         permitted: ["203.0.112.255", "203.0.114.0"]),
    Row(network: "multicast",         refused: ["224.0.0.0", "239.255.255.255"],         permitted: ["223.255.255.255"]),
    Row(network: "reserved",          refused: ["240.0.0.0", "255.255.255.254", "255.255.255.255"]),
    Row(network: "IPv6 below 2000::", refused: ["::", "::1", "::7f00:1", "::8.8.8.8", "64:ff9b:1::1", "100::1", "1fff:ffff::"], permitted: ["2000::", "2600::1"]),
    Row(network: "IPv6 over 3fff::",  refused: ["4000::", "5f00::1", "7fff::", "8000::", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::", "fec0::1", "ff02::1"], permitted: ["3ffe::1"]),
    Row(network: "IPv6 protocols",    refused: ["2001::", "2001:0:7f00:1::", "2001:1ff:ffff::"], permitted: ["2001:200::", "2001:4860:4860::8888"]),
    Row(network: "IPv6 examples",     refused: ["2001:db8::", "2001:db8:ffff::", "3fff::", "3fff:fff::"], permitted: ["2001:db7::", "2001:db9::", "3fff:1000::"]),
    Row(network: "6to4",              refused: ["2002::", "2002:7f00:1::", "2002:808:808::1", "2002:ffff::"], permitted: ["2003::"]),
    Row(network: "mapped",            refused: ["::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe", "::ffff:0.0.0.0"], permitted: ["::ffff:8.8.8.8"]),
    Row(network: "translated",        refused: ["64:ff9b::127.0.0.1", "64:ff9b::192.168.1.1", "64:ff9b::a9fe:a9fe"], permitted: ["64:ff9b::8.8.8.8"]),
  ]

  @Test(
    "addresses that are not the internet's are refused, their neighbours are not", arguments: rows)
  func refuses(_ row: Row) throws {
    let strict = CurlGuard(allowing: [])
    for text in row.refused {
      #expect(!strict.permits(try #require(CurlNetwork.address(text))), "\(text)")
      #expect(CurlGuard.open.permits(try #require(CurlNetwork.address(text))), "\(text)")
    }
    for text in row.permitted {
      #expect(strict.permits(try #require(CurlNetwork.address(text))), "\(text)")
    }
  }

  @Test("every row of the table refuses something that no other does")
  func everyRowCounts() throws {
    let strict = CurlGuard(allowing: [])
    #expect(CurlGuard.refused.count == Set(CurlGuard.refused).count)
    let all = try Self.rows.flatMap(\.refused).map { try #require(CurlNetwork.address($0)) }
    for network in CurlGuard.refused {
      #expect(all.contains { network.contains($0) && !strict.permits($0) }, "\(network)")
    }
  }

  @Test("what an operator allows is reached, in each of its spellings, and nothing beside it")
  func allows() throws {
    let networks = ["10.1.0.0/16", "fd00::/8", "127.0.0.1"].compactMap { CurlNetwork($0) }
    let loose = CurlGuard(allowing: networks)
    // swift-format-ignore
    let rows: [(String, Bool)] = [
      ("10.1.0.0", true), ("10.1.255.255", true), ("10.0.255.255", false), ("10.2.0.0", false),
      ("::ffff:10.1.2.3", true), ("64:ff9b::10.1.2.3", true), ("::ffff:10.2.2.3", false),
      ("fd12::1", true), ("fc00::1", false), ("127.0.0.1", true), ("127.0.0.2", false), ("8.8.8.8", true),
    ]
    for (text, isPermitted) in rows {
      #expect(loose.permits(try #require(CurlNetwork.address(text))) == isPermitted, "\(text)")
    }
  }

  // swift-format-ignore
  static let texts: [(String, Bool)] = [
    ("10.0.0.0/8", true), ("0.0.0.0/0", true), ("1.2.3.4", true), ("1.2.3.4/32", true), ("::/0", true), ("fe80::/10", true),
    ("::ffff:1.2.3.4/128", true), ("", false), ("/", false), ("10.0.0.0/", false), ("10.0.0.0/33", false), ("::/129", false),
    ("10.0.0.0/-1", false), ("10.0.0.0/+8", false), ("10.0.0.0/8/8", false), ("10/8", false), ("010.0.0.1", false),
    ("0x7f.0.0.1", false), ("2130706433", false), ("localhost", false), ("[::1]", false), ("fe80::1%eth0", false), ("1.2.3.4 ", false),
  ]

  @Test("a network has one spelling", arguments: texts)
  func reads(_ text: String, _ isNetwork: Bool) {
    #expect((CurlNetwork(text) != nil) == isNetwork)
  }

  // swift-format-ignore
  static let spellings = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "localhost",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "0.0.0.0",
  ]

  @Test("this machine is not reached, whatever it is called", arguments: spellings)
  func refusesEverySpelling(_ host: String) async throws {
    let server = try HTTPServer([])
    defer { server.stop() }
    let exchange = try Self.begin(host, server.port, CurlGuard(allowing: []))
    let failure = await #expect(throws: CurlExchangeFailure.self) { try await exchange.head() }
    #expect(failure?.kind == .forbidden)
  }

  @Test("it is where that is allowed, also while others have a connection open")
  func reachesWhatIsAllowed() async throws {
    let server = try HTTPServer([])
    defer { server.stop() }
    let network = try #require(CurlNetwork("127.0.0.0/8"))
    let exchange = try Self.begin("127.0.0.1", server.port, CurlGuard(allowing: [network]))
    #expect(try await exchange.head().status == 200)
  }

  private static let exchanges = CurlLibrary.shared.flatMap(CurlExchanges.init)

  private static func begin(
    _ host: String, _ port: Int, _ network: CurlGuard
  ) throws -> CurlExchange {
    try #require(exchanges).begin(
      CurlRequest(
        CurlDestination(url: "http://\(host):\(port)/", authority: nil, timeoutSeconds: 20),
        method: "GET", fields: [], body: nil, connectMilliseconds: 5000, idleSeconds: 20,
        network: network))
  }
}
