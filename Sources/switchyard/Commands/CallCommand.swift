import ArgumentParser
import Contract
import Gateway
import Negotiation
import Routing
import Runs
import Wire

/// `switchyard call METHOD '{json}'`.
struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call", abstract: "Calls a method of a running server.")

  @OptionGroup var client: ClientOptions

  @OptionGroup var form: CallForm

  @Flag(help: "Lists the methods.")
  var list = false

  @Flag(help: "Describes the method: its requests, its input and its answer.")
  var describe = false

  @Flag(name: .customLong("cbor-diag"), help: "Asks for CBOR and shows it in diagnostic notation.")
  var cborDiagnostic = false

  @Flag(help: "One JSON object a line, on a terminal as well.")
  var json = false

  @Flag(name: .shortAndLong, help: "Shows the fields of request and answer.")
  var verbose = false

  @Argument(
    help: "The method, such as switchyard.runs.v1.Runs/Create; its last parts suffice.",
    completion: .list(CallCommand.methods.map { CallCommand.lastParts(of: $0.name) }))
  var method: String?

  @Argument(help: "The input, as one JSON object; - reads it from standard input.")
  var input = "{}"

  /// Every method of the server, as its tables say.
  static var methods: [MethodDescription] { Domains.descriptions }

  func validate() throws {
    let forms = [
      ("--json", json), ("--accept", form.accept != nil), ("--cbor-diag", cborDiagnostic),
    ].filter(\.1).map(\.0)
    guard forms.count < 2 else {
      throw ValidationError("\(forms.joined(separator: " and ")) exclude each other")
    }
    if describe, method == nil { throw ValidationError("--describe needs a method") }
  }

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      guard let method, !list else { return Self.show(Self.methods, json: json) }
      let row = try Self.find(method)
      guard !describe else { return MethodSheet(row).show(Report(json: json)) }
      try exchange(row, try form.call(row, input: input))
    }
  }

  /// Calls the method and shows the answer as it comes.
  private func exchange(_ row: MethodDescription, _ call: MethodCall) throws(StartFailure) {
    let target = try client.target()
    let connection = try client.connect(target)
    let fields = call.fields(by: client, to: target, accept: form.accept ?? wanted(row))
    let form: CallAnswer.Form =
      form.accept != nil ? .raw : cborDiagnostic ? .notation : .values(Report(json: json))
    var answer = CallAnswer(row.name, form)
    let isVerbose = verbose
    if isVerbose { Self.show(fields, mark: "> ") }
    let trailers = try ClientOptions.connecting { () throws(ClientFailure) in
      try connection.request(
        fields, body: call.body,
        head: { head in
          guard answer.begin(head) else { return }
          if isVerbose { Self.show(head, mark: "< ") }
        },
        chunk: { answer.take($0) })
    }.get()
    if isVerbose { Self.show(trailers, mark: "< ") }
    try answer.end(trailers)
  }

  /// The media type that is asked for where the caller names none.
  private func wanted(_ row: MethodDescription) -> String {
    let type: MediaType = row.isFeed ? .cborSequence : cborDiagnostic ? .cbor : .json
    return "\(type.row.name)"
  }

  /// The method of this name, which may be its last parts.
  static func find(_ name: String) throws(StartFailure) -> MethodDescription {
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
  static func lastParts(of name: String) -> String {
    name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
  }

  private static func show(_ rows: [MethodDescription], json: Bool) {
    if json {
      for row in rows {
        Report(json: true).show([
          "name": .text(row.name), "request": .text("\(row.verb.rawValue) \(row.path)"),
          "summary": .text(row.summary),
        ])
      }
    } else if Terminal.isOutput {
      let table = TextTable(
        head: ["method", "request", "what it does"],
        rows: rows.map { [lastParts(of: $0.name), "\($0.verb.rawValue) \($0.path)", $0.summary] },
        style: TextStyle(hasColours: Terminal.hasColours))
      for line in table.lines(width: Terminal.columns) { FileText.print(line) }
    } else {
      for row in rows { FileText.print("\(row.name) \(row.verb.rawValue) \(row.path)") }
    }
  }

  private static func show(_ fields: FieldSection, mark: String) {
    for entry in fields.entries {
      let name = fields.string(entry.name)
      let value = name == "authorization" ? "Bearer …" : fields.string(entry.value)
      FileText.complain("\(mark)\(name): \(TextWidth.visible(value, keepingLines: false))")
    }
  }
}
