/// Certificates that somebody else's is held against.
package struct TrustedCertificates: Sendable {
  /// The certificates in PEM, without anything that stood between them.
  package let pem: [UInt8]
  /// How many there are.
  package let count: Int

  /// Those of a PEM text; what is no certificate in it is passed over.
  package init(pem text: [UInt8]) throws(CredentialError) {
    var kept: [UInt8] = []
    var number = 0
    try Certificate.forEach(in: .authorities, text) { certificate, _ throws(CredentialError) in
      kept += certificate.pem
      number += 1
    }
    pem = kept
    count = number
  }
}
