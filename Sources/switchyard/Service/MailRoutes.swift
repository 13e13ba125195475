import Accounts
import Curl
import Logging
import Mail
import Store

/// The way that mail takes, as the configuration has it.
enum MailRoutes {
  /// The folder of the data folder that mail is put into.
  static let folder = "mail"
  /// How long a mail server may take, in seconds.
  private static let timeoutSeconds = 30

  /// The way of the configuration's transport.
  static func route(
    _ configuration: Configuration, data: String, log: Logger
  ) throws(StartFailure) -> MailRoute {
    let transport = try transport(configuration.mail, data: data, log: log)
    return try Server.opening { () throws(StoreError) in
      try MailRoute(sender: configuration.mail.sender, transport: transport)
    }
  }

  /// Where a mail of that name is, once it was handed over.
  static func place(of id: String, _ configuration: Configuration) -> String {
    switch configuration.mail.transport {
    case .file: FileText.absolute("\(configuration.data)/\(folder)/\(id).eml")
    case .log: "the log"
    case .smtp: configuration.mail.server
    }
  }

  private static func transport(
    _ mail: MailSettings, data: String, log: Logger
  ) throws(StartFailure) -> any MailTransport {
    switch mail.transport {
    case .file: return FileTransport(folder: "\(data)/\(folder)")
    case .log:
      log.warning("mail goes into the log, with the codes in it")
      return LineTransport { log.notice("mail", metadata: ["text": "\($0)"]) }
    case .smtp: return try smtp(mail)
    }
  }

  private static func smtp(_ mail: MailSettings) throws(StartFailure) -> any MailTransport {
    var password: String?
    if let path = mail.passwordFile {
      let bytes = try FileText.read(path)
      password = String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    }
    let encryption: SMTPTransport.Encryption =
      switch mail.encryption {
      case .required: .required
      case .opportunistic: .opportunistic
      case .none: .none
      }
    do throws(SMTPTransport.Refusal) {
      return try SMTPTransport(
        url: mail.server, user: mail.user, password: password, tls: encryption,
        authority: mail.authority, timeoutSeconds: timeoutSeconds)
    } catch {
      throw StartFailure(.configuration, "mail-server: \(error)")
    }
  }
}
