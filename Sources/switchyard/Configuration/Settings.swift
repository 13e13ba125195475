import Accounts
import Gateway
import HTTP2
import Models
import Runs
import Wire

/// The table of keys.
enum Settings {
  // swift-format-ignore
  static let all: [Setting] = [
    Setting(name: "data",             value: "DIR",       standard: "./switchyard-data", summary: "The folder that holds everything; made when it is missing.") { $0.data = $1; return $1.isEmpty ? "is empty" : nil },
    Setting(name: "listen",           value: "HOST:PORT", standard: "localhost:8443", summary: "Where to listen; port 0 takes a free one.") { Parse.address($1, &$0.host, &$0.port) },
    Setting(name: "loops",            value: "N",         standard: "auto",  summary: "Event loops, one thread each; auto: one for each core.") { Parse.loops($1, &$0.loops) },
    Setting(name: "certificate",      value: "FILE",      standard: "",      summary: "Certificate chain in PEM; a development certificate is made when it is absent.") { Parse.optional($1, &$0.certificate) },
    Setting(name: "private-key",      value: "FILE",      standard: "",      summary: "The certificate's private key in PEM.") { Parse.optional($1, &$0.privateKey) },
    Setting(name: "client-authority", value: "FILE",      standard: "",      summary: "Certificates in PEM whose clients are let in; all are when it is absent.") { Parse.optional($1, &$0.clientAuthority) },
    Setting(name: "insecure-no-auth", value: nil,         standard: "false", summary: "Lets everybody do everything; on loopback only.") { Parse.truth($1, &$0.isOpen) },
    Setting(name: "ephemeral",        value: nil,         standard: "false", summary: "Forgets everything at the end.") { Parse.truth($1, &$0.isEphemeral) },
    Setting(name: "log-level",        value: "LEVEL",     standard: "info",  summary: "debug, info, warning or error.") { Parse.choice($1, &$0.logLevel) },
    Setting(name: "log-format",       value: "FORMAT",    standard: "auto",  summary: "text, json, or auto: text on a terminal.") { Parse.choice($1, &$0.logFormat) },
    Setting(name: "access-log",       value: "on|off",    standard: "on",    summary: "Whether each answered request is logged; health and metrics never are.") { Parse.truth($1, &$0.logsAccess) },
    Setting(name: "workers",          value: "N",         standard: "4",     summary: "Runs that are executed at once; 0 leaves all waiting.") { Parse.integer($1, 0...256, &$0.runs.workers) },
    Setting(name: "queue-max",        value: "N",         standard: "1000",  summary: "Runs that may wait; one more is refused.") { Parse.integer($1, 1...100_000_000, &$0.runs.queueMax) },
    Setting(name: "tenant-queue-max", value: "N",         standard: "",      summary: "Runs of one organisation that may wait; as many as of all when it is absent.") { Parse.optionalInteger($1, 1...100_000_000, &$0.runs.tenantQueueMax) },
    Setting(name: "tenant-runs-max",  value: "N",         standard: "256",   summary: "Runs of one organisation that are executed at once.") { Parse.integer($1, 1...256, &$0.runs.tenantRunsMax) },
    Setting(name: "tenant-streams-max", value: "N",       standard: "",      summary: "Event streams of one organisation that are open at once; as many as of all when it is absent.") { Parse.optionalInteger($1, 1...1_000_000, &$0.gateway.feedsPerTenantMax) },
    Setting(name: "tenant-tokens-per-day", value: "N",    standard: "",      summary: "Tokens of one organisation on a day of UTC, after which it starts no run; any number when it is absent.") { Parse.optionalInteger($1, 1...1_000_000_000_000_000, &$0.runs.tenantTokensPerDay) },
    Setting(name: "tenant-cost-per-day", value: "USD",    standard: "",      summary: "US dollars, such as 25 or 2.50, that the models of one organisation may cost on a day of UTC, after which it starts no run; any amount when it is absent.") { Parse.optionalDollars($1, Parse.dayCosts, &$0.runs.tenantCostPerDay) },
    Setting(name: "run-timeout",      value: "SECONDS",   standard: "300",   summary: "How long a run may take when it does not say.") { Parse.seconds($1, 1...3600, &$0.runs.timeoutStandard) },
    Setting(name: "approval-mode",    value: "deny|ask",  standard: "deny",  summary: "Whether a run that does not say waits for people before it uses a tool of high risk.") { Parse.choice($1, &$0.runs.approvalMode) },
    Setting(name: "approval-timeout", value: "SECONDS",   standard: "900",   summary: "How long a run waits for a decision; then the call is rejected.") { Parse.seconds($1, 1...604_800, &$0.runs.approvalMax) },
    Setting(name: "agent-files",      value: "on|off",    standard: "off",   summary: "Whether agents have text files, in a folder of each project below the folder files of the data folder.") { Parse.truth($1, &$0.agentFiles) },
    Setting(name: "agent-http",       value: "on|off",    standard: "off",   summary: "Whether agents may fetch pages of text from the internet.") { Parse.truth($1, &$0.agentsAskWeb) },
    Setting(name: "agent-http-allow", value: "PLACE,…",   standard: "",      summary: "Names of hosts, and networks such as 10.0.0.0/8, with commas, where agents may fetch pages although the internet is not there.") { Parse.places($1, &$0.agentPlaces) },
    Setting(name: "record",           value: "FOLDER",    standard: "",      summary: "Writes each exchange with a provider of models into this folder as well, a file for each, without keys.") { Parse.optional($1, &$0.recordings.record) },
    Setting(name: "replay",           value: "FOLDER",    standard: "",      summary: "Plays the exchanges of this folder in the place of all providers, which are not asked.") { Parse.optional($1, &$0.recordings.replay) },
    Setting(name: "replay-pauses",    value: "on|off",    standard: "off",   summary: "Whether what is played takes as long as it took.") { Parse.truth($1, &$0.recordings.hasPauses) },
    Setting(name: "body-max",         value: "BYTES",     standard: "1048576", summary: "The longest request body.") { Parse.integer($1, 1024...67_108_864, &$0.http2.bodyBytesMax) },
    Setting(name: "streams-max",      value: "N",         standard: "256",   summary: "Streams that a connection may have open.") { Parse.integer($1, 1...65_535, &$0.http2.concurrentStreamsMax) },
    Setting(name: "connections-max",  value: "N",         standard: "20000", summary: "Connections of one loop.") { Parse.integer($1, 1...1_000_000, &$0.gateway.connectionsMax) },
    Setting(name: "connections-per-address-max", value: "N", standard: "1000", summary: "Connections from one address, or from one /64 of IPv6.") { Parse.integer($1, 1...1_000_000, &$0.gateway.connectionsPerAddressMax) },
    Setting(name: "handshakes-max",   value: "N",         standard: "1024",  summary: "TLS handshakes in progress on one loop; further connections wait.") { Parse.integer($1, 1...1_000_000, &$0.gateway.handshakesMax) },
    Setting(name: "buffered-max",     value: "BYTES",     standard: "268435456", summary: "What all connections may hold for slow peers; then those that hold much begin nothing new.") { Parse.integer($1, 1_048_576...1_099_511_627_776, &$0.gateway.bufferedBytesMax) },
    Setting(name: "feeds-max",        value: "N",         standard: "1000",  summary: "Event streams that are open at once.") { Parse.integer($1, 1...1_000_000, &$0.gateway.feedsMax) },
    Setting(name: "feeds-per-run-max", value: "N",        standard: "100",   summary: "Event streams of one run that are open at once.") { Parse.integer($1, 1...1_000_000, &$0.gateway.feedsPerStreamMax) },
    Setting(name: "feeds-per-caller-max", value: "N",     standard: "20",    summary: "Event streams of one caller that are open at once.") { Parse.integer($1, 1...1_000_000, &$0.gateway.feedsPerPrincipalMax) },
    Setting(name: "idle-timeout",     value: "SECONDS",   standard: "120",   summary: "How long a connection may have no stream.") { Parse.seconds($1, 16...86_400, &$0.gateway.idleMax) },
    Setting(name: "drain-timeout",    value: "SECONDS",   standard: "10",    summary: "How long work in flight may take at the end.") { Parse.seconds($1, 0...3600, &$0.gateway.drainMax) },
    Setting(name: "master-key-file",  value: "FILE",      standard: "",      summary: "The key that secrets in the database lie under, 64 hexadecimal digits; one is made in the data folder when it is absent.") { Parse.optional($1, &$0.masterKeyFile) },
    Setting(name: "issuer",           value: "NAME",      standard: "switchyard", summary: "What signed tokens say of where they are from; servers of one database say the same.") { $0.issuer = $1; return $1.isEmpty ? "is empty" : nil },
    Setting(name: "issuers-file",     value: "FILE",      standard: "",      summary: "Others whose signed tokens are believed, with their keys or where those are published, in JSON.") { Parse.optional($1, &$0.issuersFile) },
    Setting(name: "access-token-lifetime", value: "SECONDS", standard: "3600", summary: "How long an access token lives.") { Parse.integer($1, 1...86_400, &$0.accounts.accessTokenSeconds) },
    Setting(name: "refresh-grace",    value: "SECONDS",   standard: "10",    summary: "How long a refresh token is taken once more after it was used, because answers get lost.") { Parse.integer($1, 0...60, &$0.accounts.refreshGraceSeconds) },
    Setting(name: "resend-gap",       value: "SECONDS",   standard: "60",    summary: "The pause between two mails to one address.") { Parse.integer($1, 0...3600, &$0.accounts.resendGapSeconds) },
    Setting(name: "accounts-rate-scale", value: "N",      standard: "1",     summary: "What the rates of accounts are multiplied by, but for those of one address.") { Parse.integer($1, 1...100_000, &$0.accounts.rateScale) },
    Setting(name: "redirect-origins", value: "URL,…",     standard: "",      summary: "The origins, with commas, that a mail may send its reader to.") { Parse.origins($1, &$0.redirectOrigins) },
    Setting(name: "mail",             value: "file|log|smtp", standard: "file", summary: "Where mail goes: into the folder mail of the data folder, into the log with its codes, or to a server.") { Parse.choice($1, &$0.mail.transport) },
    Setting(name: "mail-from",        value: "ADDRESS",   standard: "switchyard@localhost", summary: "The address that mail is from.") { Parse.address($1, &$0.mail.sender) },
    Setting(name: "mail-server",      value: "URL",       standard: "",      summary: "The server that takes mail: smtp://HOST:PORT, or smtps://HOST:PORT.") { $0.mail.server = $1; return nil },
    Setting(name: "mail-user",        value: "NAME",      standard: "",      summary: "The name that the mail server knows this server by.") { Parse.optional($1, &$0.mail.user) },
    Setting(name: "mail-password-file", value: "FILE",    standard: "",      summary: "The file with the password for the mail server.") { Parse.optional($1, &$0.mail.passwordFile) },
    Setting(name: "mail-encryption",  value: "CHOICE",    standard: "required", summary: "required, opportunistic or none.") { Parse.choice($1, &$0.mail.encryption) },
    Setting(name: "mail-authority",   value: "FILE",      standard: "",      summary: "Certificates in PEM that the mail server's is held against; the system's when it is absent.") { Parse.optional($1, &$0.mail.authority) },
    Setting(name: "feishu-app-id",    value: "ID",        standard: "",      summary: "The name of the application by which documents of Feishu are read; nothing is when it is absent.") { Parse.optional($1, &$0.feishu.appID) },
    Setting(name: "feishu-app-secret-file", value: "FILE", standard: "",     summary: "The file with the application's secret.") { Parse.optional($1, &$0.feishu.secretFile) },
    Setting(name: "feishu-base-url",  value: "URL",       standard: "https://open.feishu.cn", summary: "Where Feishu's open platform is.") { Parse.provider($1, &$0.feishu.baseURL) },
    Setting(name: "feishu-poll-interval", value: "SECONDS", standard: "120", summary: "How often connectors that are due are looked for.") { Parse.seconds($1, 60...86_400, &$0.feishu.pollEvery) },
    Setting(name: "store-pages-max",  value: "N",         standard: "",      summary: "Pages of 4 KiB that the database may grow to; the disk decides when it is absent.") { Parse.optionalInteger($1, 64...1_073_741_823, &$0.storePagesMax) },
  ]
}

/// Reads the texts of settings; each function gives what is wrong, or nil.
enum Parse {
  static func integer(_ text: String, _ range: ClosedRange<Int>, _ target: inout Int) -> String? {
    guard let value = Int(text), range.contains(value) else {
      return "must be a number from \(range.lowerBound) to \(range.upperBound)"
    }
    target = value
    return nil
  }

  /// A number of event loops, or `auto`.
  static func loops(_ text: String, _ target: inout Int) -> String? {
    guard text == "auto" else { return integer(text, 1...256, &target) }
    target = Listener.loopsForThisMachine
    return nil
  }

  static func optionalInteger(
    _ text: String, _ range: ClosedRange<Int>, _ target: inout Int?
  ) -> String? {
    if text.isEmpty { return nil }
    var value = 0
    let problem = integer(text, range, &value)
    if problem == nil { target = value }
    return problem
  }

  /// What an organisation's day may cost.
  static let dayCosts = Dollars(clamping: 1)...Dollars(clamping: 1_000_000_000_000)

  static func optionalDollars(
    _ text: String, _ range: ClosedRange<Dollars>, _ target: inout Dollars?
  ) -> String? {
    if text.isEmpty { return nil }
    do throws(DollarsProblem) {
      target = try Dollars(text, in: range)
      return nil
    } catch {
      return error.message
    }
  }

  static func seconds(
    _ text: String, _ range: ClosedRange<Int>, _ target: inout Duration
  ) -> String? {
    var value = 0
    let problem = integer(text, range, &value)
    if problem == nil { target = .seconds(value) }
    return problem
  }

  static func truth(_ text: String, _ target: inout Bool) -> String? {
    switch text {
    case "true", "on", "yes", "1": target = true
    case "false", "off", "no", "0": target = false
    default: return "must be on or off"
    }
    return nil
  }

  static func optional(_ text: String, _ target: inout String?) -> String? {
    target = text.isEmpty ? nil : text
    return nil
  }

  static func address(_ text: String, _ target: inout String) -> String? {
    guard let address = EmailAddress(checking: text) else { return "must be an address of e-mail" }
    target = address.text
    return nil
  }

  static func provider(_ text: String, _ target: inout String) -> String? {
    guard ProviderAddress(text) != nil else {
      return "must be an http or https address without credentials"
    }
    target = text
    return nil
  }

  static func origins(_ text: String, _ target: inout Set<String>) -> String? {
    var origins: Set<String> = []
    for part in text.split(separator: ",") {
      guard let address = WebAddress(checking: String(part)), address.text.hasPrefix("https://"),
        address.origin == part.lowercased()
      else { return "must be origins such as https://app.example, with commas" }
      origins.insert(address.origin)
    }
    target = origins
    return nil
  }

  static func places(_ text: String, _ target: inout PagePlaces) -> String? {
    guard let places = PagePlaces(text) else {
      return "must be names of hosts, or networks such as 10.0.0.0/8, with commas"
    }
    target = places
    return nil
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ target: inout Choice
  ) -> String? {
    guard let choice = Choice(rawValue: text) else {
      return "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
    }
    target = choice
    return nil
  }

  static func address(_ text: String, _ host: inout String, _ port: inout Int) -> String? {
    guard let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(number)
    else { return "must be HOST:PORT" }
    let name = String(text[..<colon])
    host = name.isEmpty ? "0.0.0.0" : name
    port = number
    return nil
  }
}
