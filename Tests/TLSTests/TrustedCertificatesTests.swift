import Testing

@testable import TLS

struct TrustedCertificatesTests {
  private static let first = CertificateAuthority(host: nil, at: 1_770_000_000).certificate
  private static let second = CertificateAuthority(host: nil, at: 1_770_000_000).certificate

  @Test("certificates are kept, and nothing that stands between them")
  func keeps() throws {
    let text = Array("An authority\n".utf8) + Self.first + Array("\nanother\n".utf8) + Self.second
    let trusted = try TrustedCertificates(pem: text)
    #expect(trusted.count == 2)
    #expect(trusted.pem == Self.first + Self.second)
  }

  @Test("a text without certificates is refused")
  func none() {
    for text in [
      "", "no certificate", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n",
    ] {
      #expect(throws: CredentialError.missing(.authorities)) {
        _ = try TrustedCertificates(pem: Array(text.utf8))
      }
    }
  }

  @Test("one that is damaged is refused, also behind one that is not")
  func damaged() {
    let torn = Self.first.dropLast(60)
    let wrong = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
    for text in [Self.first + wrong, wrong, Array(torn), Self.second + torn] {
      #expect(throws: CredentialError.self) { _ = try TrustedCertificates(pem: text) }
    }
  }
}
