import Contract
import Logging
import Store
import Synchronization
import TLS

/// The certificates that a running server shows, and how others take their place.
final class ServedCertificates: Sendable {
  private let configuration: Configuration
  private let ticketKeys: TicketKeys
  private let log: Logger
  private let shown = Mutex<CertificateSummary?>(nil)

  init(_ configuration: Configuration, at unixSeconds: Int64, log: Logger) {
    self.configuration = configuration
    self.log = log
    ticketKeys = TicketKeys(at: unixSeconds)
  }

  /// The context to start with.
  ///
  /// A certificate that is not valid now is shown all the same: its clients say so too, and a
  /// server that does not come back would be the greater trouble.
  func start(
    in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StartFailure) -> TLSContext {
    let (context, certificates) = try load(in: folder, at: unixSeconds)
    note(context, certificates, at: unixSeconds)
    return context
  }

  /// Reads the files again and lets `use` show them; when what is shown now is better, that stays
  /// and the log says why.
  func reload(at unixSeconds: Int64, _ use: (TLSContext) -> Void) {
    do throws(StartFailure) {
      let folder = try Server.opening { () throws(StoreError) in
        try DataFolder.open(configuration.data)
      }
      let (context, certificates) = try load(in: folder, at: unixSeconds)
      if let reason = reasonToKeep(insteadOf: context, at: unixSeconds) {
        throw StartFailure(.certificate, "\(certificates.files.chain): \(reason)")
      }
      note(context, certificates, at: unixSeconds)
      use(context)
      log.notice("certificates reloaded")
    } catch {
      log.error("certificates kept", metadata: ["reason": "\(error)"])
    }
  }

  private func load(
    in folder: borrowing DataFolder, at unixSeconds: Int64
  ) throws(StartFailure) -> (TLSContext, Certificates) {
    let certificates = try Certificates.load(configuration, in: folder, at: unixSeconds)
    var clients = TLSContext.ClientCertificates.notAsked
    if let authority = configuration.clientAuthority {
      clients = .required(authorities: try FileText.read(authority))
    }
    do throws(CredentialError) {
      let context = try TLSContext.server(
        certificates.credentials, clients: clients, ticketKeys: ticketKeys)
      return (context, certificates)
    } catch {
      throw certificates.files.failure(error)
    }
  }

  /// A certificate that clients refuse now does not take the place of one that they accept.
  private func reasonToKeep(insteadOf context: TLSContext, at unixSeconds: Int64) -> String? {
    guard let offered = context.certificate, let shown = shown.withLock({ $0 }),
      CertificateStanding(shown, at: unixSeconds).isValid
    else { return nil }
    let standing = CertificateStanding(offered, at: unixSeconds)
    return standing.isValid ? nil : standing.warning
  }

  private func note(_ context: TLSContext, _ certificates: Certificates, at unixSeconds: Int64) {
    shown.withLock { $0 = context.certificate }
    if certificates.isAuthorityReplaced {
      let file = "\(configuration.data)/\(Certificates.authorityFile)"
      log.warning("development authority replaced", metadata: ["file": "\(file)"])
    }
    guard let summary = context.certificate,
      let warning = CertificateStanding(summary, at: unixSeconds).warning
    else { return }
    log.warning(
      "check the certificate",
      metadata: [
        "file": "\(certificates.files.chain)", "subject": "\(summary.subject)",
        "reason": "\(warning)",
      ])
  }
}
