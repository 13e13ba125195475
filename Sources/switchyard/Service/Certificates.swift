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

  /// The chain and key, from the configured files or from the folder, where they are made when
  /// needed.
  static func credentials(
    _ configuration: Configuration, in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StartFailure) -> Credentials {
    if let chain = configuration.certificate, let key = configuration.privateKey {
      return Credentials(chain: try FileText.read(chain), key: try FileText.read(key))
    }
    let made: Result<Credentials, StartFailure>
    do throws(StoreError) {
      try folder.makeFolder("tls")
      if let kept = try kept(in: folder, at: unixSeconds) { return kept }
      made = try make(in: folder, at: unixSeconds)
    } catch {
      throw StartFailure(.folder, "\(error)")
    }
    return try made.get()
  }

  private static func kept(
    in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StoreError) -> Credentials? {
    guard let chain = try folder.read(chainFile, bytesMax: bytesMax),
      let key = try folder.read(keyFile, bytesMax: bytesMax),
      try folder.read(authorityFile, bytesMax: bytesMax) != nil
    else { return nil }
    do throws(CredentialError) {
      let summary = try CertificateSummary(chain: chain)
      guard summary.daysLeft(at: unixSeconds) >= daysLeftMin, try summary.matches(key: key) else {
        return nil
      }
      return Credentials(chain: chain, key: key)
    } catch {
      return nil
    }
  }

  private static func make(
    in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StoreError) -> Result<Credentials, StartFailure> {
    let host = HostName(SystemName.host)
    let key = try folder.read(authorityKeyFile, bytesMax: bytesMax)
    let certificate = try folder.read(authorityFile, bytesMax: bytesMax)
    let authority: CertificateAuthority
    let leaf: Credentials
    do throws(CredentialError) {
      if let key, let certificate {
        authority = try CertificateAuthority(certificate: certificate, key: key)
      } else {
        authority = CertificateAuthority(host: host, at: unixSeconds)
      }
      leaf = try authority.issue(
        for: .server(CertificateAuthority.developmentNames(host: host)), at: unixSeconds)
    } catch {
      return .failure(StartFailure(.certificate, "\(error)"))
    }
    let files: [(String, [UInt8])] = [
      (authorityKeyFile, authority.key), (authorityFile, authority.certificate),
      (keyFile, leaf.key), (chainFile, leaf.chain),
    ]
    for (name, bytes) in files { try folder.write(bytes, to: name) }
    return .success(leaf)
  }
}
