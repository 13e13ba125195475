import ArgumentParser
import Contract
import Negotiation

/// How a method is called: what `call` and `bench` have in common.
struct CallForm: ParsableArguments {
  @Flag(help: "Calls by gRPC, with messages of CBOR.")
  var grpc = false

  @Option(
    help: "The representation to ask for.",
    completion: .list(MediaType.allCases.map { "\($0.row.name)" }))
  var accept: String?

  func validate() throws {
    if grpc, accept != nil { throw ValidationError("--accept means nothing to --grpc") }
  }

  /// The call of a method; `-` stands for an input on standard input.
  func call(_ row: MethodDescription, input: String) throws(StartFailure) -> MethodCall {
    let json = input == "-" ? try FileText.readInput() : Array(input.utf8)
    return grpc ? try MethodCall(grpc: row, json: json) : try MethodCall(row, json: json)
  }
}
