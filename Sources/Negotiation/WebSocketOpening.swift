package import Contract
import Wire

/// A request to open a WebSocket over HTTP/2: extended CONNECT (RFC 8441 §4) with the fields of RFC
/// 6455 §4.1.
package struct WebSocketOpening: Sendable {
  /// The format of the messages.
  package let format: BodyFormat
  /// The subprotocol that the answer names; nil where the client named none.
  package let subprotocol: StaticString?

  // swift-format-ignore
  private static let subprotocols: [(name: StaticString, format: BodyFormat)] = [
    ("switchyard.json", .json), ("switchyard.cbor", .cbor),
  ]

  /// Reads the fields of the request.
  package init(_ head: borrowing FieldSection) throws(Fault) {
    guard case .value(let version) = head.single("sec-websocket-version"),
      head.equals(version, "13")
    else { throw Fault(.malformed, "sec-websocket-version: this server speaks 13") }
    let asked = Self.names(head)
    guard !asked.isEmpty else {
      format = .json
      subprotocol = nil
      return
    }
    for name in asked {
      // The client's order is the order of its preference (RFC 6455 §4.1).
      guard let row = Self.subprotocols.first(where: { "\($0.name)" == name }) else { continue }
      format = row.format
      subprotocol = row.name
      return
    }
    let offers = Self.subprotocols.map { WireValue.text("\($0.name)") }
    throw Fault(
      .notAcceptable, "sec-websocket-protocol names none of the subprotocols that are spoken here",
      details: [Fault.Detail("offers", .array(offers))])
  }

  /// The subprotocols that the client names, in its order.
  private static func names(_ head: borrowing FieldSection) -> [String] {
    var names: [String] = []
    for range in head.all("sec-websocket-protocol") {
      for member in head.bytes[range].split(separator: UInt8(ascii: ",")) {
        let name = member.filter { $0 != 0x20 && $0 != 0x09 }
        if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
      }
    }
    return names
  }
}
