/// A certificate authority for development, which can vouch for this machine's names alone.
///
/// Whoever trusts it and loses its key loses little: its certificate says, critically, that it
/// signs leaves only, and of names only for `localhost` and one host. Addresses are free:
/// BoringSSL, which most gRPC clients bring along, refuses every chain in which they are
/// constrained ("unsupported name constraint type").
package struct CertificateAuthority: Sendable {
  /// What a certificate is issued for.
  package enum Purpose: Hashable, Sendable {
    /// A server with these names, of which there is at least one.
    case server([HostName])
    /// A client with a name of 1 to `clientNameMax` characters, which the server's logs show.
    case client(name: String)
  }

  /// How long an authority is valid, in seconds: ten years of 365 days.
  package static let authorityLifetime: Int64 = 3650 * 86_400
  /// How long a leaf is valid, in seconds: 397 days, the most that browsers accept.
  package static let leafLifetime: Int64 = 397 * 86_400
  /// How long before it was made a certificate is valid, in seconds, for clocks that are behind.
  package static let clockAllowance: Int64 = 3600

  /// The length of a client's name, in characters: `ub-common-name` of RFC 5280 appendix A.
  package static let clientNameMax = 64

  /// The authority's certificate in PEM: what clients trust.
  package let certificate: [UInt8]
  /// The authority's private key in PEM.
  package let key: [UInt8]

  /// A new authority that may vouch for localhost and one more host.
  package init(host: HostName?, at unixSeconds: Int64) {
    let key = PrivateKey()
    let permitted = Self.unique([.localhost, host]).compactMap(Self.permission)
    let draft = CertificateDraft(
      commonName: "Switchyard development authority",
      validity: Self.validity(from: unixSeconds, Self.authorityLifetime),
      extensions: [
        (.basicConstraints, "critical,CA:TRUE,pathlen:0"),
        (.keyUsage, "critical,keyCertSign"),
        // RFC 5280 §4.2.1.10: a name permits all names below it; `.localhost` needs no entry.
        (.nameConstraints, "critical," + permitted.joined(separator: ",")),
        (.subjectKeyIdentifier, "hash"),
      ])
    certificate = Certificate.selfSigned(draft, key: key).pem
    self.key = key.pem
  }

  /// An authority that was kept; refused if the two do not belong together.
  package init(certificate: [UInt8], key: [UInt8]) throws(CredentialError) {
    guard try CertificateSummary(chain: certificate).matches(key: key) else { throw .keyMismatch }
    try Certificate.forEach(in: .chain, certificate) { each, position throws(CredentialError) in
      guard position > 0 || each.isAuthority else { throw .notAnAuthority }
    }
    self.certificate = certificate
    self.key = key
  }

  /// The names of a development server: those of this machine that the authority may vouch for.
  ///
  /// OpenSSL and browsers ignore a `*` right below the root, others follow `*.localhost`.
  package static func developmentNames(host: HostName?, address: HostName? = nil) -> [HostName] {
    unique([.localhost, .anyLocalhost, host, .loopback4, .loopback6, address])
  }

  /// A certificate with a new key; the authority does not check that it may vouch for the names.
  package func issue(
    for purpose: Purpose, at unixSeconds: Int64
  ) throws(CredentialError) -> Credentials {
    let signingKey = try PrivateKey(pem: key)
    let leafKey = PrivateKey()
    let draft = try Self.draft(for: purpose, at: unixSeconds)
    var chain: [UInt8] = []
    try Certificate.forEach(in: .chain, certificate) {
      authority, position throws(CredentialError) in
      guard position == 0 else { return }
      chain = Certificate.signed(draft, key: leafKey, by: authority, signingKey: signingKey).pem
    }
    return Credentials(chain: chain, key: leafKey.pem)
  }

  private static func draft(
    for purpose: Purpose, at unixSeconds: Int64
  ) throws(CredentialError) -> CertificateDraft {
    var extensions: [(kind: CertificateExtension, value: String)] = [
      (.basicConstraints, "critical,CA:FALSE"),
      (.keyUsage, "critical,digitalSignature"),
      (.subjectKeyIdentifier, "hash"),
      (.authorityKeyIdentifier, "keyid:always"),
    ]
    let commonName: String
    switch purpose {
    case .server(let names):
      guard !names.isEmpty else { throw .nothingToVouchFor }
      commonName = "Switchyard development server"
      extensions.append((.extendedKeyUsage, "serverAuth"))
      extensions.append((.subjectAlternativeName, names.map(entry).joined(separator: ",")))
    case .client(let name):
      guard (1...clientNameMax).contains(name.unicodeScalars.count) else {
        throw .nameLength(limit: clientNameMax)
      }
      commonName = name
      extensions.append((.extendedKeyUsage, "clientAuth"))
    }
    return CertificateDraft(
      commonName: commonName, validity: validity(from: unixSeconds, leafLifetime),
      extensions: extensions)
  }

  /// RFC 5280 §4.1.2.5: both ends belong to the validity, hence one second less.
  private static func validity(from made: Int64, _ lifetime: Int64) -> ClosedRange<Int64> {
    let start = made - clockAllowance
    return start...(start + lifetime - 1)
  }

  private static func entry(_ name: HostName) -> String {
    switch name.kind {
    case .name: "DNS:\(name)"
    case .address: "IP:\(name)"
    }
  }

  private static func permission(_ name: HostName) -> String? {
    switch name.kind {
    case .name: "permitted;\(entry(name))"
    case .address: nil
    }
  }

  private static func unique(_ names: [HostName?]) -> [HostName] {
    names.reduce(into: []) { unique, name in
      if let name, !unique.contains(name) { unique.append(name) }
    }
  }
}
