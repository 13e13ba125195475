import ArgumentParser
import Contract
import Gateway
import Glibc
import Routing
import Runs
import Wire

/// `switchyard call METHOD '{json}'`.
struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Calls a method of a running server.")

  @OptionGroup var client: ClientOptions

  @Flag(help: "Lists the methods.")
  var list = false

  @Option(help: "The representation to ask for.")
  var accept = "application/json"

  @Flag(name: .shortAndLong, help: "Shows the fields of request and answer.")
  var verbose = false

  @Argument(help: "The method, such as switchyard.runs.v1.Runs/Create; its last parts suffice.")
  var method: String?

  @Argument(help: "The input, as one JSON object.")
  var input = "{}"

  /// Every method of the server, as its tables say.
  static var methods: [MethodDescription] {
    Runner.methods.map(\.description) + Health.methods.map(\.description)
      + Metrics.methods.map(\.description) + [OpenAPIDocument.method.description]
  }

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      if list || method == nil { return Self.show(Self.methods) }
      let row = try Self.find(method ?? "")
      let call = try MethodCall(row, json: Array(input.utf8))
      let target = try client.target()
      let connection = try client.connect(target)
      var fields = client.fields(row.verb, call.path, target)
      fields.append(name: "accept", text: accept)
      if !call.body.isEmpty { fields.append(name: "content-type", value: "application/json") }
      var status = 0
      let isVerbose = verbose
      if isVerbose { Self.show(fields, mark: "> ") }
      try ClientOptions.connecting { () throws(ClientFailure) in
        try connection.request(
          fields, body: call.body,
          head: { head in
            status = head.status ?? 0
            if isVerbose { Self.show(head, mark: "< ") }
          },
          chunk: { bytes in
            FileText.write(bytes, to: STDOUT_FILENO)
            return true
          })
      }.get()
      if Terminal.isOutput || accept == "application/json" { FileText.print("") }
      if status >= 400 { throw StartFailure(.refused, "\(row.name): status \(status)") }
    }
  }

  private static func find(_ name: String) throws(StartFailure) -> MethodDescription {
    let rows = methods.filter { $0.name == name || $0.name.hasSuffix("." + name) }
    if rows.count == 1, let row = rows.first { return row }
    guard rows.isEmpty else {
      let names = rows.map(\.name).joined(separator: ", ")
      throw StartFailure(.usage, "\(name) may be any of \(names)")
    }
    let names = methods.flatMap { [$0.name, lastParts(of: $0.name)] }
    let hint = Spelling.nearest(to: name, among: names).map { nearest in
      let row = methods.first { nearest == $0.name || nearest == lastParts(of: $0.name) }
      return "; did you mean \(row?.name ?? nearest)?"
    }
    throw StartFailure(
      .usage, "there is no method \(name)\(hint ?? ""); switchyard call --list shows all")
  }

  /// `Runs/Create` of `switchyard.runs.v1.Runs/Create`.
  private static func lastParts(of name: String) -> String {
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  private static func show(_ rows: [MethodDescription]) {
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      FileText.print("\(row.name.padded(to: width))  \(row.verb.rawValue) \(row.path)")
    }
  }

  private static func show(_ fields: FieldSection, mark: String) {
    for entry in fields.entries {
      let name = fields.string(entry.name)
      let value = name == "authorization" ? "Bearer …" : fields.string(entry.value)
      FileText.complain("\(mark)\(name): \(value)")
    }
  }
}

/// A call of a method over HTTP: its input spread over path, query and body.
struct MethodCall {
  let path: String
  let body: [UInt8]

  init(_ row: MethodDescription, json: [UInt8]) throws(StartFailure) {
    let input: WireValue
    do throws(DecodeError) {
      input = try WireValue(json: json)
    } catch {
      throw StartFailure(
        .usage, "the input is no JSON: \(error.message) at byte \(error.offset ?? 0)")
    }
    guard case .map(var members) = input else {
      throw StartFailure(.usage, "the input must be a JSON object")
    }
    var path = ""
    for segment in row.path.segments {
      switch segment {
      case .literal(let text): path += "/\(text)"
      case .parameter(let name):
        guard let index = members.firstIndex(where: { $0.key == .text(name) }) else {
          throw StartFailure(.usage, "the input needs \(name)")
        }
        path += "/" + Self.escaped(Self.text(members.remove(at: index).value))
      }
    }
    guard row.verb.isBodyless else {
      self.path = path
      body = WireValue.map(members).json()
      return
    }
    let pairs = members.flatMap { member -> [String] in
      guard case .text(let name) = member.key else { return [] }
      let values: [WireValue]
      if case .array(let elements) = member.value {
        values = elements
      } else {
        values = [member.value]
      }
      return values.map { "\(Self.escaped(name))=\(Self.escaped(Self.text($0)))" }
    }
    self.path = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    body = []
  }

  private static func text(_ value: WireValue) -> String {
    if case .text(let text) = value { return text }
    return String(decoding: value.json(), as: UTF8.self)
  }

  /// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        String(UnicodeScalar(byte))
      default: "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }.joined()
  }
}
