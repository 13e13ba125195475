import Contract
import Negotiation
import Wire

/// The request that calls a method.
struct MethodCall {
  let verb: Verb
  let path: String
  let body: [UInt8]
  /// Nil where there is no body.
  let contentType: StaticString?
  let isGRPC: Bool

  /// The fields of the request, asking for a representation; gRPC has no such wish.
  func fields(
    by client: ClientOptions, to target: ClientOptions.Target, accept: String
  ) -> FieldSection {
    var fields = client.fields(verb, path, target)
    if isGRPC {
      // RFC 9110 §10.1.4: without it a proxy may leave the trailers out.
      fields.append(name: "te", value: "trailers")
    } else {
      fields.append(name: "accept", text: accept)
    }
    if let contentType { fields.append(name: "content-type", value: contentType) }
    return fields
  }

  /// A call by gRPC: the input is one message of CBOR.
  init(grpc row: MethodDescription, json: [UInt8]) throws(StartFailure) {
    isGRPC = true
    verb = .post
    path = "/" + row.name
    body = GRPCMessage.framed(WireValue.map(try Self.members(of: json)).cbor())
    contentType = GRPCType.plain.row.contentType
  }

  /// A call by HTTP: the input is spread over path, query and body.
  init(_ row: MethodDescription, json: [UInt8]) throws(StartFailure) {
    try self.init(row, members: try Self.members(of: json))
  }

  /// The same of an input in its members.
  init(_ row: MethodDescription, members: [WireMember]) throws(StartFailure) {
    isGRPC = false
    verb = row.verb
    var members = members
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
    guard row.isBodyless else {
      self.path = path
      body = WireValue.map(members).json()
      contentType = MediaType.json.row.contentType
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
    contentType = nil
  }

  private static func members(of json: [UInt8]) throws(StartFailure) -> [WireMember] {
    let input: WireValue
    do throws(DecodeError) {
      input = try WireValue(json: json)
    } catch {
      throw StartFailure(
        .usage, "the input is no JSON: \(error.message) at byte \(error.offset ?? 0)")
    }
    guard case .map(let members) = input else {
      throw StartFailure(.usage, "the input must be a JSON object")
    }
    return members
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
