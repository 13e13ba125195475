package import Contract
package import Negotiation

/// gRPC's own services, which stand in no row.
extension Interface {
  /// The response that opens a dialogue, or refuses it; nil for a head that asks for none.
  package func dialogue(_ head: borrowing FieldSection) -> Response? {
    guard let path = head.path, head.bytes[path].starts(with: GRPCServices.prefix),
      let row = GRPCServices.rows.first(where: { head.equals(path, $0.path) })
    else { return nil }
    let exchange = Exchange(copy head)
    // What is no call of gRPC at all is answered as on any other path.
    guard let type = exchange.grpc else { return nil }
    let correlationID = exchange.occasion([], services.identifiers).correlationID
    do throws(Fault) {
      guard type == .plain || type == .protobuf else {
        throw Fault(.unimplemented, "the messages of this service are protocol buffers")
      }
      let opening = DialogueOpening(
        dialogue: row.begin(serviceNames),
        reader: GRPCMessageReader(try GRPCCoding(exchange.head), limit: Self.messageBytesMax),
        within: try GRPCTimeout.nanoseconds(exchange.head))
      let content = ResponseContent(
        200, verdict: 200, templates.fields(type), nil, .dialogue(opening), exchange)
      return Response(content: content, correlationID: correlationID)
    } catch {
      return refusal(error, exchange, correlationID)
    }
  }

  /// Whether the server is ready for requests.
  nonisolated(nonsending) package func isReady() async -> Bool { await services.isReady() }

  /// The longest message that these services take, in bytes.
  private static let messageBytesMax = 4096

  /// The services of the table of methods and gRPC's own.
  private var serviceNames: [String] {
    GRPCServices.unique(descriptions.map { GRPCServices.service(of: $0.name) })
      + GRPCServices.names
  }
}

/// A dialogue that begins.
package struct DialogueOpening: Sendable {
  package let dialogue: any GRPCDialogue
  package let reader: GRPCMessageReader
  /// How long the client waits, in nanoseconds; nil when it says nothing.
  package let within: Int64?
}
