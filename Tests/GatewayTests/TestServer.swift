import Contract
import HTTP2
import Negotiation
import Routing
import TLS

@testable import Gateway

/// A server on a free port of this machine, with a method and a feed.
struct TestServer {
  let listener: Listener
  let observer = Witness()
  let everybody = Everybody()
  let greeter = Greeter()
  private let authority: CertificateAuthority

  private static let now: Int64 = 1_770_878_341

  init(limits: GatewayLimits = GatewayLimits()) throws {
    authority = CertificateAuthority(host: nil, at: Self.now)
    let leaf = try authority.issue(for: .server([.localhost]), at: Self.now)
    let greeter = greeter
    let interface = try Interface(
      routes: Greeter.methods.map { Route($0, on: greeter) },
      services: InterfaceServices(
        authenticator: everybody, tickets: NoTickets(), identifiers: Numbers(), clock: Numbers(),
        isReady: { true },
        digest: { $0 }),
      limits: InterfaceLimits())
    listener = try Listener(
      GatewaySetup(
        interface: interface,
        context: try TLSContext.server(
          leaf, clients: .notAsked, ticketKeys: TicketKeys(at: Self.now)),
        limits: limits, http2Limits: HTTP2Limits(), observer: observer, doorbell: Doorbell()),
      host: "127.0.0.1", port: 0, loopCount: 2, census: FeedCensus())
    try listener.start()
  }

  func connect() throws -> ClientConnection {
    try ClientConnection(
      host: "127.0.0.1", port: listener.port, name: .localhost,
      context: try TLSContext.client(
        trust: .authorities(authority.certificate), protocols: [.h2], maximum: .tls13,
        credentials: nil),
      at: Self.now)
  }

  /// One request on a connection, and its whole answer; `heard` is told what has come so far.
  func ask(
    _ connection: ClientConnection, _ path: String, method: String = "GET",
    accept: String = "application/json", heard: (String) -> Void = { _ in }
  ) throws -> (status: Int?, body: String) {
    var fields = FieldSection()
    fields.append(name: ":method", text: method)
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "localhost:\(listener.port)")
    fields.append(name: ":path", text: path)
    fields.append(name: "accept", text: accept)
    var status: Int?
    var body: [UInt8] = []
    try connection.request(
      fields, body: [], head: { status = $0.status ?? status },
      chunk: { bytes in
        body += bytes
        heard(String(decoding: body, as: UTF8.self))
        return true
      })
    return (status, String(decoding: body, as: UTF8.self))
  }

  /// One gRPC call on a connection: its messages, and what its trailers say, or its head where it
  /// has nothing else.
  func call(
    _ connection: ClientConnection, _ method: String, _ more: [(StaticString, String)] = [],
    heard: ([[UInt8]]) -> Bool = { _ in true }
  ) throws -> (messages: [[UInt8]], end: FieldSection) {
    var fields = FieldSection()
    fields.append(name: ":method", value: "POST")
    fields.append(name: ":scheme", value: "https")
    fields.append(name: ":authority", text: "localhost:\(listener.port)")
    fields.append(name: ":path", text: "/test.v1.Greeter/\(method)")
    fields.append(name: "content-type", value: "application/grpc+json")
    fields.append(name: "te", value: "trailers")
    for (name, value) in more { fields.append(name: name, text: value) }
    var head = FieldSection()
    var reader = GRPCMessageReader(.identity, limit: 1 << 20)
    var messages: [[UInt8]] = []
    let trailers = try connection.request(
      fields, body: GRPCMessage.framed([]), head: { head = $0 },
      chunk: { bytes in
        reader.append(bytes)
        do throws(Fault) {
          while let message = try reader.next() { messages.append(message) }
        } catch {
          return false
        }
        return heard(messages)
      })
    return (messages, trailers.isEmpty ? head : trailers)
  }

  /// Ends the server and waits for its threads.
  func end() {
    listener.drain()
    listener.waitUntilEnded()
  }
}
