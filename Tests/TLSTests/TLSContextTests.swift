import TLS
import Testing

/// Two files and what is wrong with them.
struct CredentialRow: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let chain: [UInt8]
  let key: [UInt8]
  let isExpected: @Sendable (CredentialError) -> Bool

  init(
    _ name: String, _ chain: [UInt8], _ key: [UInt8],
    _ isExpected: @escaping @Sendable (CredentialError) -> Bool
  ) {
    testDescription = name
    self.chain = chain
    self.key = key
    self.isExpected = isExpected
  }
}

@Suite("a context")
struct TLSContextTests {
  private static let fixture = Fixture()
  private static let good = credentials()
  private static let other = credentials()

  private static func credentials() -> Credentials {
    do throws(CredentialError) {
      return try fixture.credentials()
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// A PEM text with the letters in its middle changed.
  private static func damaged(_ pem: [UInt8]) -> [UInt8] {
    var damaged = pem
    let middle = damaged.count / 2
    damaged.replaceSubrange(middle..<middle + 20, with: [UInt8](repeating: 65, count: 20))
    return damaged
  }

  /// A PEM text that begins a block and does not end it.
  private static func cut(_ pem: [UInt8]) -> [UInt8] {
    Array(pem.prefix(pem.count / 2))
  }

  /// The text around a key as it is when a password is needed; OpenSSL asks before it looks inside.
  private static func encrypted(_ key: [UInt8]) -> [UInt8] {
    let lines = String(decoding: key, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
    let mark = "EC PRIVATE " + "KEY-----"
    let head = [
      "-----BEGIN " + mark, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,\(vector)", "",
    ]
    let text = head + lines.map(String.init) + ["-----END " + mark, ""]
    return Array(text.joined(separator: "\n").utf8)
  }

  /// An encrypted key as PKCS#8 has it (RFC 5958 §3), without parameters and content.
  private static let encryptedPKCS8 = Array(
    [
      "-----BEGIN ENCRYPTED PRIVATE ", "KEY-----\nMA8wCwYJKoZIhvcNAQUNBAA=\n",
      "-----END ENCRYPTED PRIVATE ", "KEY-----\n",
    ].joined().utf8)

  private static let vector = String(repeating: "00112233", count: 4)

  // swift-format-ignore
  static let rows = [
    CredentialRow("empty chain",        [],                good.key)    { $0 == .missing(.chain) },
    CredentialRow("empty key",          good.chain,        [])          { $0 == .missing(.key) },
    CredentialRow("chain without PEM",  pattern(1_000),    good.key)    { $0 == .missing(.chain) },
    CredentialRow("key without PEM",    good.chain,        pattern(99)) { $0 == .missing(.key) },
    CredentialRow("files exchanged",    good.key,          good.chain)  { $0 == .missing(.key) },
    CredentialRow("damaged chain",      damaged(good.chain), good.key)  { $0.isUnreadable(.chain) },
    CredentialRow("cut chain",          cut(good.chain),   good.key)    { $0.isUnreadable(.chain) },
    CredentialRow("damaged second",     good.chain + damaged(other.chain), good.key) { $0.isUnreadable(.chain) },
    CredentialRow("damaged key",        good.chain,        damaged(good.key)) { $0.isUnreadable(.key) },
    CredentialRow("cut key",            good.chain,        cut(good.key)) { $0.isUnreadable(.key) },
    CredentialRow("key of another",     good.chain,        other.key)   { $0 == .keyMismatch },
    CredentialRow("chain out of order", fixture.authority.certificate + good.chain, good.key) { $0 == .keyMismatch },
    CredentialRow("encrypted key",      good.chain,        encrypted(good.key)) { $0 == .keyEncrypted },
    CredentialRow("encrypted PKCS#8",   good.chain,        encryptedPKCS8) { $0 == .keyEncrypted },
  ]

  @Test("is not made of files that do not serve, and says which and why", arguments: rows)
  func refuses(_ row: CredentialRow) {
    let credentials = Credentials(chain: row.chain, key: row.key)
    let keys = TicketKeys(at: Fixture.now)
    #expect {
      _ = try TLSContext.server(credentials, clients: .notAsked, ticketKeys: keys)
    } throws: { error in
      (error as? CredentialError).map(row.isExpected) ?? false
    }
  }

  @Test("is made of a chain with an expired leaf, and says when it expired")
  func reportsExpiry() throws {
    let old = try Self.fixture.credentials(at: Fixture.now - 400 * 86_400)
    let context = try Self.fixture.server(old)
    #expect(context.certificate?.isValid(at: Fixture.now) == false)
    #expect(context.certificate?.daysLeft(at: Fixture.now) == -4)
  }

  @Test("sends the whole chain")
  func sendsTheChain() throws {
    let fixture = Self.fixture
    let own = try fixture.credentials()
    let whole = Credentials(chain: own.chain + fixture.authority.certificate, key: own.key)
    let pair = try fixture.pair(fixture.client(), fixture.server(whole))
    pair.converse()
    #expect(pair.isOpen)
  }

  @Test("needs authorities that can be read", arguments: [[], pattern(100)] as [[UInt8]])
  func needsAuthorities(_ pem: [UInt8]) throws {
    #expect(throws: CredentialError.missing(.authorities)) {
      try TLSContext.client(
        trust: .authorities(pem), protocols: [.h2], maximum: .tls13, credentials: nil)
    }
    #expect(throws: CredentialError.missing(.authorities)) {
      try Self.fixture.server(clients: .optional(authorities: pem))
    }
  }

  @Test("that trusts the system does not trust a development authority")
  func trustsTheSystem() throws {
    let client = try TLSContext.client(
      trust: .system, protocols: [.h2], maximum: .tls13, credentials: nil)
    let pair = try Self.fixture.pair(client, Self.fixture.server())
    pair.converse()
    #expect(pair.client.error.isCertificateRefused)
  }

  @Test("is shared by threads")
  func isShared() async throws {
    let fixture = Self.fixture
    let server = try fixture.server()
    let client = try fixture.client()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            let pair = try? Fixture().pair(client, server)
            pair?.converse()
            return pair?.isOpen ?? false
          }
        }
      }
      for await isOpen in group { #expect(isOpen) }
    }
  }
}

extension CredentialError {
  func isUnreadable(_ file: CredentialFile) -> Bool {
    if case .unreadable(file, _) = self { true } else { false }
  }
}
