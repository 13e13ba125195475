import Contract
import Negotiation

/// Streams by WebSocket over HTTP/2 (RFC 8441).
extension Interface {
  /// Reads what an extended CONNECT asks for.
  func admitTunnel(
    _ exchange: inout Exchange, _ tunnel: Tunnel, _ row: RowPlan
  ) throws(Fault) {
    // RFC 9220 §3 says what to answer to a protocol that is not known.
    guard tunnel == .webSocket else {
      throw Fault(.unimplemented, "of the protocols of CONNECT, websocket alone is spoken here")
    }
    guard row.isFeed else {
      throw Fault(
        .methodNotAllowed, "only streams are served by WebSocket", allowed: [row.verb])
    }
    let opening = try WebSocketOpening(exchange.head)
    exchange.webSocket = opening
    exchange.feedFormat = .webSocket(opening.format)
  }

  /// The response that opens a WebSocket, or one that says at once that nothing more comes.
  func webSocket(
    _ reply: FeedReply, _ opening: WebSocketOpening, _ exchange: Exchange
  ) -> ResponseContent {
    var fields = FieldSection()
    if let name = opening.subprotocol { fields.append(name: "sec-websocket-protocol", value: name) }
    fields.append(name: "cache-control", value: "no-store")
    let body: ResponseBody =
      switch reply {
      case .open(let plan): .feed(plan, exchange.feedFormat)
      case .finished: .bytes(WebSocketFrame.close(.normal, ""))
      }
    return ResponseContent(200, verdict: 200, FieldTemplate(fields), nil, body, exchange)
  }
}
