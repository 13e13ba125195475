internal import Contract
internal import Negotiation

/// `grpc.reflection.v1.ServerReflection`: the names of the services.
///
/// There are no descriptors to give, because there are no `.proto` files: what asks for one is told
/// so.
struct GRPCReflection: GRPCDialogue {
  let names: [String]
  private(set) var stage = GRPCStage.listening

  /// Numbers of fields: of a request, of a response and of what is inside them.
  private enum Field {
    static let host: UInt64 = 1
    static let listServices: UInt64 = 7
    static let requests: Set<UInt64> = [3, 4, 5, 6, 7]
    static let validHost: UInt64 = 1
    static let originalRequest: UInt64 = 2
    static let listResponse: UInt64 = 6
    static let errorResponse: UInt64 = 7
    static let service: UInt64 = 1
    static let serviceName: UInt64 = 1
    static let errorCode: UInt64 = 1
    static let errorMessage: UInt64 = 2
  }

  init(names: [String]) { self.names = names }

  mutating func answer(_ message: [UInt8]) throws(Fault) -> [[UInt8]] {
    let asked = try Protobuf.fields(of: message).last { Field.requests.contains($0.number) }
    var answer: [UInt8] = []
    let host = try Protobuf.text(Field.host, of: message)
    if !host.isEmpty { Protobuf.append([UInt8](host.utf8), as: Field.validHost, to: &answer) }
    Protobuf.append(message, as: Field.originalRequest, to: &answer)
    if asked?.number == Field.listServices {
      Protobuf.append(services, as: Field.listResponse, to: &answer)
    } else {
      Protobuf.append(refusal, as: Field.errorResponse, to: &answer)
    }
    return [answer]
  }

  private var services: [UInt8] {
    var list: [UInt8] = []
    for name in names {
      var service: [UInt8] = []
      Protobuf.append([UInt8](name.utf8), as: Field.serviceName, to: &service)
      Protobuf.append(service, as: Field.service, to: &list)
    }
    return list
  }

  private var refusal: [UInt8] {
    let text = "messages are CBOR, so there are no descriptors; GET /api/v1/openapi has the types"
    var error: [UInt8] = []
    Protobuf.append(
      UInt64(FaultCode.unimplemented.row.number), as: Field.errorCode, to: &error)
    Protobuf.append([UInt8](text.utf8), as: Field.errorMessage, to: &error)
    return error
  }

  mutating func finish() throws(Fault) { stage = .done }
}
