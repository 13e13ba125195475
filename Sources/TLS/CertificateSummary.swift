/// What people want to know of a certificate.
package struct CertificateSummary: Hashable, Sendable {
  /// The subject's name as RFC 2253 writes it.
  package let subject: String
  /// The issuer's name as RFC 2253 writes it.
  package let issuer: String
  /// The names it speaks for, each with its kind: `DNS:localhost`, `IP Address:127.0.0.1`.
  package let alternativeNames: [String]
  /// Unix seconds before which it is not valid.
  package let notBefore: Int64
  /// Unix seconds after which it is no longer valid.
  package let notAfter: Int64
  private let publicKey: [UInt8]

  /// The first certificate of a chain in PEM.
  package init(chain: [UInt8]) throws(CredentialError) {
    var first: CertificateSummary?
    try Certificate.forEach(in: .chain, chain) { certificate, position throws(CredentialError) in
      if position == 0 { first = CertificateSummary(certificate) }
    }
    guard let first else { throw .missing(.chain) }
    self = first
  }

  init(_ certificate: borrowing Certificate) {
    subject = certificate.subject
    issuer = certificate.issuer
    alternativeNames = certificate.alternativeNames
    notBefore = certificate.notBefore
    notAfter = certificate.notAfter
    publicKey = certificate.publicKey
  }

  /// The whole days it is still valid, rounded down; negative when it has expired.
  package func daysLeft(at unixSeconds: Int64) -> Int64 {
    let (left, overflow) = notAfter.subtractingReportingOverflow(unixSeconds)
    let seconds = overflow ? (notAfter < 0 ? Int64.min : .max) : left
    return seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1
  }

  /// Whether it is valid at that moment.
  package func isValid(at unixSeconds: Int64) -> Bool {
    notBefore <= unixSeconds && unixSeconds <= notAfter
  }

  /// Whether a private key in PEM belongs to it.
  package func matches(key: [UInt8]) throws(CredentialError) -> Bool {
    try PrivateKey(pem: key).publicKey == publicKey
  }
}
