import TLS
import Testing

/// What a client offers, and what comes of it.
struct OfferRow: CustomTestStringConvertible, Sendable {
  let offer: [String]
  let selected: String?
  let isOpen: Bool
  var testDescription: String { "\(offer)" }

  init(_ offer: [String], selected: String?, isOpen: Bool) {
    self.offer = offer
    self.selected = selected
    self.isOpen = isOpen
  }
}

@Suite("ALPN")
struct ALPNTests {
  private let fixture = Fixture()

  // swift-format-ignore
  static let rows = [
    OfferRow(["h2"],                         selected: "h2",       isOpen: true),
    OfferRow(["h2", "http/1.1"],             selected: "h2",       isOpen: true),
    OfferRow(["http/1.1", "h2"],             selected: "h2",       isOpen: true),
    OfferRow(["spdy/3", "x", "h2"],          selected: "h2",       isOpen: true),
    OfferRow(["http/1.1"],                   selected: "http/1.1", isOpen: true),
    OfferRow(["http/1.0", "http/1.1"],       selected: "http/1.1", isOpen: true),
    OfferRow([],                             selected: nil,        isOpen: true),
    OfferRow(["http/1.0"],                   selected: nil,        isOpen: false),
    OfferRow(["h2c"],                        selected: nil,        isOpen: false),
    OfferRow(["h", "2", "h3"],               selected: nil,        isOpen: false),
    OfferRow(["H2"],                         selected: nil,        isOpen: false),
    OfferRow([String(repeating: "h2", count: 127)], selected: nil, isOpen: false),
  ]

  @Test("selects h2, else http/1.1, else refuses", arguments: rows, Fixture.both)
  func selects(_ row: OfferRow, _ version: TLSVersion) throws {
    let offer = row.offer.compactMap { ApplicationProtocol(Array($0.utf8)) }
    let client = try fixture.client(protocols: offer, maximum: version)
    let pair = try fixture.pair(client, fixture.server())
    pair.converse()
    #expect(pair.isOpen == row.isOpen)
    #expect(pair.server.negotiatedProtocol?.description == row.selected)
    guard !row.isOpen else { return }
    #expect(pair.server.error == .noApplicationProtocol)
    guard case .alerted(let alert) = pair.client.error else {
      Issue.record("the client was not told")
      return
    }
    #expect(alert.code == 120)  // RFC 7301 §3.2: no_application_protocol
  }

  @Test(
    "a protocol's name has 1 to 255 bytes",
    arguments: [(0, false), (1, true), (255, true), (256, false)])
  func checksNames(_ count: Int, _ isGood: Bool) {
    #expect((ApplicationProtocol([UInt8](repeating: 65, count: count)) != nil) == isGood)
  }
}
