import ArgumentParser
import Contract
import Gateway
import Negotiation
import Store
import TLS
import Wire

/// How a command finds its server and says who is calling.
struct ClientOptions: ParsableArguments {
  @Option(
    help: "The server's data folder, which tells its URL, its authority and the admin token.",
    completion: .directory)
  var data = "./switchyard-data"

  @Option(help: "The server's URL, when it is not the one in the data folder.")
  var url: String?

  @Option(name: .customLong("cacert"), help: "The authority to trust, in PEM.", completion: .file())
  var authority: String?

  @Option(help: "A file with the token, when it is not the admin's.", completion: .file())
  var tokenFile: String?

  /// The scope of who does not name one.
  static let standardOrg = "default"
  static let standardUser = "operator"

  @Option(help: "The organisation to act in.")
  var org = ClientOptions.standardOrg

  @Option(help: "The user to act as.")
  var user = ClientOptions.standardUser

  @Option(help: "The project to act in.")
  var project: String?

  /// Where a server is and what it trusts.
  struct Target {
    let host: String
    let port: Int
    /// The authorities to trust, in PEM; nil for those that the system trusts.
    let authority: [UInt8]?
    let token: String?
    /// The process that serves there; nil for a server that is not the folder's.
    let process: Int32?
  }

  func target() throws(StartFailure) -> Target {
    let facts = try Self.facts(in: data)
    guard let url = url ?? facts?.url else {
      throw StartFailure(.unavailable, "no server has run in \(data); name one with --url")
    }
    let (host, port) = try Self.parts(of: url)
    let trusted = authority ?? facts?.ca
    // The folder's token is for the folder's server: the one whose own authority vouches for it, or
    // whose URL nobody has replaced.
    let isOwn = self.url == nil || authority == nil && trusted != nil
    let tokenPath = tokenFile ?? (isOwn ? facts?.tokenFile : nil)
    var token: String?
    if let tokenPath {
      token = String(decoding: try FileText.read(tokenPath).prefix { $0 > 0x20 }, as: UTF8.self)
      // An empty field value is no credential, and a header that ends in a space is refused unread.
      if token?.isEmpty == true {
        throw StartFailure(.usage, "\(tokenPath): there is no token in it")
      }
    }
    var pem: [UInt8]?
    if let trusted { pem = try FileText.read(trusted) }
    let process = facts.flatMap { $0.url == url ? Int32(exactly: $0.pid) : nil }
    return Target(host: host, port: port, authority: pem, token: token, process: process)
  }

  /// The line that the folder's server printed last; nil when none has run there.
  static func facts(in folder: String) throws(StartFailure) -> ReadyLine? {
    guard let bytes = try FileText.readIfPresent("\(folder)/\(ReadyLine.file)") else { return nil }
    do throws(DecodeError) {
      return try ReadyLine(json: bytes)
    } catch {
      throw StartFailure(.folder, "\(folder)/\(ReadyLine.file): \(error.message)")
    }
  }

  private static func parts(of url: String) throws(StartFailure) -> (String, Int) {
    let scheme = "https://"
    guard url.hasPrefix(scheme) else {
      throw StartFailure(.usage, "\(url): must begin with https://")
    }
    let place = url.dropFirst(scheme.count).prefix { $0 != "/" }
    guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...])
    else { return (String(place), 443) }
    return (String(place[..<colon]), port)
  }

  /// The fields that every request of the command line carries.
  func fields(_ verb: Verb, _ path: String, _ target: Target) -> FieldSection {
    var fields = FieldSection()
    fields.append(name: ":method", text: verb.rawValue)
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "\(target.host):\(target.port)")
    fields.append(name: ":path", text: path)
    fields.append(name: "user-agent", text: "switchyard/\(Version.text)")
    fields.append(name: "x-org-id", text: org)
    fields.append(name: "x-user-id", text: user)
    if let project { fields.append(name: "x-project-id", text: project) }
    if let token = target.token { fields.append(name: "authorization", text: "Bearer \(token)") }
    return fields
  }

  func connect(_ target: Target) throws(StartFailure) -> ClientConnection {
    try way(to: target).connect()
  }

  /// How to reach a server, as often as is wanted.
  struct Way {
    fileprivate let target: Target
    fileprivate let name: HostName
    fileprivate let context: TLSContext

    func connect() throws(StartFailure) -> ClientConnection {
      let seconds = SystemWallClock().now.milliseconds / 1000
      return try ClientOptions.connecting { () throws(ClientFailure) in
        try ClientConnection(
          host: target.host, port: target.port, name: name, context: context, at: seconds)
      }.get()
    }
  }

  func way(to target: Target) throws(StartFailure) -> Way {
    guard let name = HostName(target.host) else {
      throw StartFailure(.usage, "\(target.host): not a host name")
    }
    do throws(CredentialError) {
      let context = try TLSContext.client(
        trust: target.authority.map { .authorities($0) } ?? .system, protocols: [.h2],
        maximum: .tls13, credentials: nil)
      return Way(target: target, name: name, context: context)
    } catch {
      throw StartFailure(.certificate, "\(authority ?? data): \(error)")
    }
  }

  /// The JSON that a call is answered with.
  func read(
    _ call: MethodCall, from target: Target, over connection: ClientConnection
  ) throws(StartFailure) -> [UInt8] {
    let fields = call.fields(by: self, to: target, accept: "\(MediaType.json.row.name)")
    var status = 0
    var body: [UInt8] = []
    _ = try Self.connecting { () throws(ClientFailure) in
      try connection.request(
        fields, body: call.body, head: { status = $0.status ?? 0 },
        chunk: { bytes in
          body += bytes
          return true
        })
    }.get()
    guard (200...299).contains(status) else {
      let kind: StartFailure.Kind = [429, 503].contains(status) ? .unavailable : .refused
      throw StartFailure(kind, "\(status) \(Refusal(json: body)?.text ?? "")")
    }
    return body
  }

  /// The outcome of a step on the network, with a failure that people can read.
  static func connecting<T>(
    _ step: () throws(ClientFailure) -> T
  ) -> Result<T, StartFailure> {
    do throws(ClientFailure) {
      return .success(try step())
    } catch {
      return .failure(StartFailure(.unavailable, words(error)))
    }
  }

  /// What a failure on the network says to people.
  static func words(_ failure: ClientFailure) -> String {
    switch failure {
    case .system(let error): "\(error)"
    case .tls(let error): "TLS: \(error)"
    case .http2(let error): "HTTP/2: \(error)"
    case .notHTTP2: "the server speaks no HTTP/2"
    case .closed: "the server closed the connection"
    }
  }
}

extension ReadyLine {
  /// The file of the data folder that keeps the line for other commands.
  static let file = "server.json"
}
