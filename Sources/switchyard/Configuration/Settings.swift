import Gateway
import HTTP2
import Runs

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
    Setting(name: "run-timeout",      value: "SECONDS",   standard: "300",   summary: "How long a run may take when it does not say.") { Parse.seconds($1, 1...3600, &$0.runs.timeoutStandard) },
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
