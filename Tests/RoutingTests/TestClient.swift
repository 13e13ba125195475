import Contract
import Wire

@testable import Routing

/// An interface over the sample rows, and the way to ask it.
struct TestClient {
  let clerk = Clerk()
  let clock = HandClock()
  let interface: Interface

  init(
    limits: InterfaceLimits = InterfaceLimits(), withoutCredential: Principal? = nil
  ) throws {
    let clerk = clerk
    interface = try Interface(
      routes: Clerk.methods.map { Route($0, on: clerk) },
      services: InterfaceServices(
        authenticator: SampleAuthenticator(withoutCredential: withoutCredential),
        tickets: SampleTickets(), identifiers: CountingIdentifiers(), clock: clock,
        isReady: { true },
        digest: TestClient.digest),
      limits: limits)
  }

  /// Not SHA-256, but as sensitive to order and content as these tests need.
  private static let digest: @Sendable ([UInt8]) -> [UInt8] = { bytes in
    let sum = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  /// The fields of a caller who may do everything, in a scope.
  static let all = [("authorization", "Bearer all"), ("x-org-id", "o1"), ("x-user-id", "u1")]

  func ask(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8] = []
  ) async -> Response {
    var last: LastRequest?
    return await ask(method, path, fields, body: body, after: &last)
  }

  /// Asks as the next request of a connection on which `last` was admitted.
  func ask(
    _ method: String, _ path: String, _ fields: [(String, String)], body: [UInt8],
    after last: inout LastRequest?
  ) async -> Response {
    let request = Request(head: TestClient.head(method, path, fields), body: body)
    return await interface.respond(to: request, after: &last).response()
  }

  func ask(
    _ method: String, _ path: String, _ fields: [(String, String)] = [], json: String
  ) async -> Response {
    await ask(
      method, path, fields + [("content-type", "application/json")], body: Array(json.utf8))
  }

  static func head(
    _ method: String, _ path: String, _ fields: [(String, String)] = []
  ) -> FieldSection {
    var head = FieldSection()
    for (name, value) in [(":method", method), (":path", path)] + fields {
      head.append(nameBytes: Array(name.utf8).span, valueBytes: Array(value.utf8).span)
    }
    return head
  }
}

extension Response {
  var status: Int { content.status }
  var verdict: Int { content.verdict }
  var body: ResponseBody { content.body }
  var route: Int? { content.route }
  var principal: Principal? { content.principal }

  /// Every field but `:status`.
  var fields: FieldSection {
    var fields = FieldSection()
    write(into: &fields)
    return fields
  }

  /// The value of a field that stands once; nil when it is absent.
  subscript(name: String) -> String? {
    fields.entries.first { fields.string($0.name) == name }.map { fields.string($0.value) }
  }

  /// The names of all fields, sorted.
  var fieldNames: [String] { fields.entries.map { fields.string($0.name) }.sorted() }

  var bytes: [UInt8]? {
    if case .bytes(let bytes) = body { bytes } else { nil }
  }

  /// The body as text.
  var text: String { String(decoding: bytes ?? [], as: UTF8.self) }

  /// The body as a value, by its content type.
  var value: WireValue? {
    guard let bytes, let type = self["content-type"] else { return nil }
    return type == "application/cbor" ? try? WireValue(cbor: bytes) : try? WireValue(json: bytes)
  }

  /// The code of an envelope or a coded problem.
  var code: String? {
    guard case .text(let code)? = value?["error"]?["code"] ?? value?["code"] else { return nil }
    return code
  }
}
