import Accounts
import Gateway
import HTTP2
import Negotiation
import Routing
import Runs

/// Everything that can be set, with what it is set to.
struct Configuration: Sendable {
  var data = "./switchyard-data"
  var host = "localhost"
  var port = 8443
  var loops = 1
  var certificate: String?
  var privateKey: String?
  var clientAuthority: String?
  var isOpen = false
  var isEphemeral = false
  var logLevel = LogLevel.info
  var logFormat = LogFormat.automatic
  var logsAccess = true
  var storePagesMax: Int?
  var gateway = GatewayLimits()
  var http2 = HTTP2Limits()
  var interface = InterfaceLimits()
  var runs = RunLimits()
  var accounts = AccountLimits()
  /// The origins that mails may send their readers to.
  var redirectOrigins: Set<String> = []
  /// What signed tokens say of where they are from.
  var issuer = "switchyard"
  /// The file that names others whose tokens are believed; nil for nobody.
  var issuersFile: String?
  /// The file of the key that secrets lie under; nil for the data folder's own.
  var masterKeyFile: String?
  var mail = MailSettings()
  /// Whether agents have text files.
  var agentFiles = false
  /// Whether agents may ask the web, and where besides.
  var agentsAskWeb = false
  var agentPlaces = PagePlaces()
  var feishu = FeishuSettings()
  var recordings = RecordingSettings()

  /// What is wrong between values that are each right.
  func problems() -> [String] {
    var problems = gateway.problems() + http2.problems() + runs.problems()
    if (certificate == nil) != (privateKey == nil) {
      problems.append("certificate and private-key go together")
    }
    problems += mail.problems() + feishu.problems() + recordings.problems()
    if isOpen, !Self.isLoopback(host) {
      problems.append("insecure-no-auth is for loopback only, and \(host) is not")
    }
    return problems
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
  }
}

/// How mail leaves the server.
struct MailSettings: Sendable {
  var transport = MailTransportChoice.file
  var sender = "switchyard@localhost"
  /// `smtp://host:587`; empty where there is none.
  var server = ""
  var user: String?
  var passwordFile: String?
  var encryption = MailEncryption.required
  var authority: String?

  /// What is wrong between values that are each right.
  func problems() -> [String] {
    var problems: [String] = []
    if (transport == .smtp) != !server.isEmpty {
      problems.append("mail smtp and mail-server go together")
    }
    if (user == nil) != (passwordFile == nil) {
      problems.append("mail-user and mail-password-file go together")
    }
    return problems
  }
}

/// How Feishu is read.
struct FeishuSettings: Sendable {
  var appID: String?
  var secretFile: String?
  var baseURL = FeishuAccess.standardAddress
  var pollEvery = Duration.seconds(120)

  /// What is wrong between values that are each right.
  func problems() -> [String] {
    (appID == nil) == (secretFile == nil)
      ? [] : ["feishu-app-id and feishu-app-secret-file go together"]
  }
}

/// What is done with exchanges with providers of models beside having them.
struct RecordingSettings: Sendable {
  /// The folder that they are written into, and the one from which they are played.
  var record: String?
  var replay: String?
  var hasPauses = false

  /// What is wrong between values that are each right.
  func problems() -> [String] {
    record != nil && replay != nil
      ? ["record and replay exclude each other: what is played is recorded already"] : []
  }
}

/// The ways that mail can take.
enum MailTransportChoice: String, CaseIterable, Sendable {
  case file, log, smtp
}

/// Whether mail is encrypted on its way to the server.
enum MailEncryption: String, CaseIterable, Sendable {
  case required, opportunistic, none
}

/// How much the log says.
enum LogLevel: String, CaseIterable, Sendable {
  case debug, info, warning, error
}

/// How the log is written.
enum LogFormat: String, CaseIterable, Sendable {
  /// Text on a terminal, JSON elsewhere.
  case automatic = "auto"
  case text, json
}

extension Configuration {
  /// The limits of the pipeline: a body is as long here as on the wire.
  var interfaceLimits: InterfaceLimits {
    var limits = interface
    limits.bodyBytesMax = http2.bodyBytesMax
    limits.networkRateScale = accounts.rateScale
    return limits
  }

  /// The limits of the wire: a message of gRPC has its prefix besides, and streams are served by
  /// WebSocket too.
  var transportLimits: HTTP2Limits {
    var limits = http2
    limits.bodyBytesMax += GRPCMessageReader.prefixBytes
    limits.allowsExtendedConnect = true
    return limits
  }
}
