import Contract
import Testing

@testable import Negotiation
@testable import Routing

@Suite("gRPC's own services") struct GRPCServicesTests {
  private static let names = ["a.v1.A", "b.v1.B"]

  private static func named(_ name: String) -> [UInt8] {
    var message: [UInt8] = []
    Protobuf.append([UInt8](name.utf8), as: 1, to: &message)
    return message
  }

  @Test("a check tells once whether the server or a service is ready", arguments: ["", "b.v1.B"])
  func check(_ name: String) throws {
    for isReady in [true, false] {
      var health = GRPCHealth(names: Self.names, isWatching: false)
      #expect(try health.answer(name.isEmpty ? [] : Self.named(name)) == [])
      #expect(health.stage == .asking)
      #expect(health.hear(isReady: isReady) == [[0x08, isReady ? 1 : 2]])
      #expect(health.stage == .done)
    }
  }

  @Test("a check of what is not there, of nothing and of two is refused")
  func badChecks() throws {
    var health = GRPCHealth(names: Self.names, isWatching: false)
    #expect(throws: Fault.self) { try health.finish() }
    let unknown = #expect(throws: Fault.self) { try health.answer(Self.named("c.v1.C")) }
    #expect(unknown?.code == .notFound)
    _ = try health.answer([])
    let second = #expect(throws: Fault.self) { try health.answer([]) }
    #expect(second?.code == .unimplemented)
  }

  @Test("who watches is told the state, and then changes alone")
  func watch() throws {
    var health = GRPCHealth(names: Self.names, isWatching: true)
    _ = try health.answer([])
    try health.finish()
    #expect(health.hear(isReady: true) == [[0x08, 1]])
    #expect(health.hear(isReady: true) == [] && health.stage == .watching)
    #expect(health.hear(isReady: false) == [[0x08, 2]])
    var unknown = GRPCHealth(names: Self.names, isWatching: true)
    _ = try unknown.answer(Self.named("c.v1.C"))
    #expect(unknown.hear(isReady: true) == [[0x08, 3]])
  }

  @Test("reflection lists the services, and says why it gives no descriptors")
  func reflection() throws {
    var reflection = GRPCReflection(names: Self.names)
    var listing = Self.named("host")
    Protobuf.append([UInt8]("*".utf8), as: 7, to: &listing)
    let answer = try #require(try reflection.answer(listing).first)
    let fields = try Protobuf.fields(of: answer)
    #expect(fields.map(\.number) == [1, 2, 6])
    #expect(fields[0].value == .bytes([UInt8]("host".utf8)) && fields[1].value == .bytes(listing))
    guard case .bytes(let list) = fields[2].value else {
      Issue.record("no list")
      return
    }
    let services = try Protobuf.fields(of: list).map { field in
      if case .bytes(let service) = field.value { try Protobuf.text(1, of: service) } else { "" }
    }
    #expect(services == Self.names)
    var symbol: [UInt8] = []
    Protobuf.append([UInt8]("a.v1.A".utf8), as: 4, to: &symbol)
    let refusal = try Protobuf.fields(of: #require(try reflection.answer(symbol).first))
    #expect(refusal.map(\.number) == [2, 7])
    #expect(reflection.stage == .listening)
    try reflection.finish()
    #expect(reflection.stage == .done)
  }

  // swift-format-ignore
  static let broken: [[UInt8]] = [
    [0x0a], [0x0a, 0x02, 0x61], [0x08], [0x08, 0x80], [0x0b], [0x0c], [0x0f], [0x00], [0x0d, 1, 2, 3], [0x09, 1],
    [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    [0x0a, 0x01, 0xff],
  ]

  @Test("what is no protocol buffer is refused", arguments: broken)
  func refuses(_ message: [UInt8]) {
    #expect(throws: Fault.self) { try Protobuf.text(1, of: message) }
  }

  @Test("the head alone says whether it begins a dialogue")
  func heads() throws {
    let interface = try TestClient().interface
    func open(_ path: String, _ type: String) -> Response? {
      interface.dialogue(TestClient.head("POST", path, [("content-type", type)]))
    }
    for row in GRPCServices.rows {
      for type in ["application/grpc", "application/grpc+proto"] {
        guard case .dialogue = open("\(row.path)", type)?.body else {
          Issue.record("no dialogue at \(row.path)")
          continue
        }
      }
      #expect(open("\(row.path)", "application/grpc+json")?["grpc-status"] == "12")
      #expect(open("\(row.path)", "application/json") == nil)
      #expect(open("\(row.path)x", "application/grpc") == nil)
    }
  }
}
