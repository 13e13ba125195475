import Contract
import Store
import TLS

/// The certificates that the server shows: those it was given, or those of its own development
/// authority.
struct Certificates {
  /// Names of files in the data folder.
  static let authorityFile = "tls/ca.pem"
  private static let authorityKeyFile = "tls/ca-key.pem"
  private static let chainFile = "tls/server.pem"
  private static let keyFile = "tls/server-key.pem"
  private static let bytesMax = 1 << 20
  /// A development certificate is made anew when it has fewer days left.
  private static let daysLeftMin: Int64 = 30

  /// The files that chain and key are read from.
  let files: CredentialFiles
  let credentials: Credentials
  /// Whether a new authority took the place of one that clients may have trusted.
  let isAuthorityReplaced: Bool

  /// The chain and key, from the configured files or from the folder, where they are made when
  /// needed.
  static func load(
    _ configuration: Configuration, in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StartFailure) -> Certificates {
    if let chain = configuration.certificate, let key = configuration.privateKey {
      return Certificates(
        files: CredentialFiles(
          chain: chain, key: key, authorities: configuration.clientAuthority ?? ""),
        credentials: Credentials(chain: try FileText.read(chain), key: try FileText.read(key)),
        isAuthorityReplaced: false)
    }
    let made: Result<Certificates, StartFailure>
    do throws(StoreError) {
      try folder.makeFolder("tls")
      let files = CredentialFiles(
        chain: folder.path(of: chainFile), key: folder.path(of: keyFile),
        authorities: configuration.clientAuthority ?? "")
      let address = HostName(configuration.host).flatMap { $0.isLoopbackAddress ? $0 : nil }
      if let kept = try kept(in: folder, naming: address, at: unixSeconds) {
        return Certificates(files: files, credentials: kept, isAuthorityReplaced: false)
      }
      made = try make(files, naming: address, in: folder, at: unixSeconds)
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    return try made.get()
  }

  private static func kept(
    in folder: borrowing DataFolder, naming address: HostName?, at unixSeconds: Int64
  ) throws(StoreError) -> Credentials? {
    guard let chain = try folder.read(chainFile, bytesMax: bytesMax),
      let key = try folder.read(keyFile, bytesMax: bytesMax),
      let authority = try folder.read(authorityFile, bytesMax: bytesMax)
    else { return nil }
    do throws(CredentialError) {
      let summary = try CertificateSummary(chain: chain)
      guard summary.daysLeft(at: unixSeconds) >= daysLeftMin, summary.isValid(at: unixSeconds),
        try summary.matches(key: key), speaks(summary, for: address),
        try CertificateSummary(chain: authority).isValid(at: unixSeconds)
      else { return nil }
      return Credentials(chain: chain, key: key)
    } catch {
      // What cannot be read is made anew, like what has expired.
      return nil
    }
  }

  /// Whether clients that connect to the address find it in the certificate.
  private static func speaks(_ summary: CertificateSummary, for address: HostName?) -> Bool {
    guard let address, address != .loopback4, address != .loopback6 else { return true }
    return summary.alternativeNames.contains("IP Address:\(address)")
  }

  private static func make(
    _ files: CredentialFiles, naming address: HostName?, in folder: borrowing DataFolder,
    at unixSeconds: Int64
  ) throws(StoreError) -> Result<Certificates, StartFailure> {
    let host = HostName(SystemName.host)
    let certificate = try folder.read(authorityFile, bytesMax: bytesMax)
    let key = try folder.read(authorityKeyFile, bytesMax: bytesMax)
    let former = try folder.read(chainFile, bytesMax: bytesMax)
    let authority: CertificateAuthority
    let isNew: Bool
    let leaf: Credentials
    do throws(CredentialError) {
      let kept = try keptAuthority(certificate, key, at: unixSeconds)
      isNew = kept == nil
      authority = kept ?? CertificateAuthority(host: host, at: unixSeconds)
      // An authority may vouch for the name that the machine had when it was made.
      let isVouchedFor = isNew || names(former, host)
      let names = CertificateAuthority.developmentNames(
        host: isVouchedFor ? host : nil, address: address)
      leaf = try authority.issue(for: .server(names), at: unixSeconds)
    } catch {
      let place = "\(folder.path(of: authorityFile)) and \(folder.path(of: authorityKeyFile))"
      return .failure(
        StartFailure(
          .certificate, "\(place): \(error); without the two files a new authority is made"))
    }
    let made: [(name: String, bytes: [UInt8], readers: DataFolder.Readers)] = [
      (authorityKeyFile, authority.key, .owner),
      (authorityFile, authority.certificate, .everybody),
      (keyFile, leaf.key, .owner), (chainFile, leaf.chain, .everybody),
    ]
    for file in made {
      try folder.write(file.bytes, to: file.name, readableBy: file.readers)
    }
    return .success(
      Certificates(
        files: files, credentials: leaf, isAuthorityReplaced: isNew && certificate != nil))
  }

  /// The authority of the folder; nil when there is none, and when its time is over or, since the
  /// clock was set right, has not come: nobody would accept what it signs.
  private static func keptAuthority(
    _ certificate: [UInt8]?, _ key: [UInt8]?, at unixSeconds: Int64
  ) throws(CredentialError) -> CertificateAuthority? {
    guard let certificate, let key else { return nil }
    let authority = try CertificateAuthority(certificate: certificate, key: key)
    let isValid = try CertificateSummary(chain: certificate).isValid(at: unixSeconds)
    return isValid ? authority : nil
  }

  /// Whether a chain's leaf speaks for a host; one that cannot be read speaks for none.
  private static func names(_ chain: [UInt8]?, _ host: HostName?) -> Bool {
    guard let chain, let host else { return false }
    do throws(CredentialError) {
      return try CertificateSummary(chain: chain).alternativeNames.contains("DNS:\(host)")
    } catch {
      return false
    }
  }
}

/// The files that make a TLS context, to name them when one cannot be used.
struct CredentialFiles: Sendable {
  let chain: String
  let key: String
  let authorities: String

  /// The refusal that names the files at fault.
  func failure(_ error: CredentialError) -> StartFailure {
    let place =
      switch error {
      case .missing(let file), .unreadable(let file, _), .refused(let file, _): path(of: file)
      case .keyEncrypted: key
      case .keyMismatch: "\(key) and \(chain)"
      case .notAnAuthority, .nothingToVouchFor, .nameLength: chain
      }
    return StartFailure(.certificate, "\(place): \(error)")
  }

  private func path(of file: CredentialFile) -> String {
    switch file {
    case .chain: chain
    case .key: key
    case .authorities: authorities
    }
  }
}
