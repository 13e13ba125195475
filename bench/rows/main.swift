import Contract
import Gateway
import HTTP2
import Routing
import TLS
import Wire

// A server of the bench's own rows, in one loop: rows-bench PORT
// It makes its certificate itself, and serves until it is killed.

guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
  preconditionFailure("usage: rows-bench PORT")
}
let everybody = Everybody()
let second = everybody.now.milliseconds / 1000
let leaf = try CertificateAuthority(host: nil, at: second)
  .issue(for: .server([.localhost]), at: second)
let rows = Rows()
let interface = try Interface(
  routes: Rows.methods.map { Route($0, on: rows) },
  services: InterfaceServices(
    authenticator: everybody, tickets: everybody, identifiers: everybody, clock: everybody,
    isReady: { true }, digest: { $0 }),
  limits: InterfaceLimits())
let listener = try Listener(
  GatewaySetup(
    interface: interface,
    context: try TLSContext.server(leaf, clients: .notAsked, ticketKeys: TicketKeys(at: second)),
    limits: GatewayLimits(), http2Limits: HTTP2Limits(), observer: everybody,
    doorbell: Doorbell()),
  host: "127.0.0.1", port: port, loopCount: 1, census: FeedCensus())
try listener.start()
print(#"{"url":"\#(listener.origin)"}"#)
listener.waitUntilEnded()
