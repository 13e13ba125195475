import ArgumentParser
import Contract
import Gateway
import Negotiation
import Wire

/// `switchyard explain REFUSAL_ID`.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says which rule refused a call, by the x-correlation-id of its answer.")

  @OptionGroup var client: ClientOptions

  @Flag(help: "One JSON object, on a terminal as well.")
  var json = false

  @Argument(help: "The x-correlation-id of the refusal.")
  var refusal: String

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let row = try CallCommand.find("switchyard.interface.v1.Interface/Explain")
      let call = try MethodCall(
        row, members: [WireMember("refusal_id", .text(refusal))])
      let target = try client.target()
      let connection = try client.connect(target)
      let fields = call.fields(by: client, to: target, accept: "\(MediaType.json.row.name)")
      var answer = CallAnswer(row.name, .values(Report(json: json)))
      let trailers = try ClientOptions.connecting { () throws(ClientFailure) in
        try connection.request(
          fields, body: call.body, head: { _ = answer.begin($0) }, chunk: { answer.take($0) })
      }.get()
      try answer.end(trailers)
    }
  }
}
