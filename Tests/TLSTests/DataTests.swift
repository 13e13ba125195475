import TLS
import Testing

@Suite("data in a session")
struct DataTests {
  @Test("of a record cut in two arrives whole, wherever it is cut", arguments: Fixture.both)
  func arrivesForEveryCut(_ version: TLSVersion) throws {
    let pair = try Fixture.openPair(version)
    let message = pattern(100)
    for (sender, receiver) in [(pair.client, pair.server), (pair.server, pair.client)] {
      var cut = 0
      while true {
        try sender.send(message)
        let record = sender.takeOutgoing()
        guard cut <= record.count else {
          try receiver.receive(record)
          _ = receiver.takePlaintext()
          break
        }
        try receiver.receive(Array(record[..<cut]))
        #expect(receiver.plaintext.isEmpty || cut == record.count)
        try receiver.receive(Array(record[cut...]))
        #expect(receiver.takePlaintext() == message)
        cut += 1
      }
      #expect(cut > message.count)
    }
  }

  @Test(
    "of any length arrives, however it is carried",
    arguments: [0, 1, 16_383, 16_384, 16_385, 65_536, 1_000_000], [1_000, 16_389, Int.max])
  func arrivesForEveryLength(_ count: Int, _ chunk: Int) throws {
    let pair = try Fixture.openPair()
    let message = pattern(count)
    try pair.client.send(message)
    try pair.server.send(message)
    pair.converse(chunk: chunk)
    #expect(pair.server.plaintext == message)
    #expect(pair.client.plaintext == message)
    #expect(pair.isOpen)
  }

  @Test("of a record with any byte changed never arrives", arguments: Fixture.both)
  func refusesChanges(_ version: TLSVersion) throws {
    let fixture = Fixture()
    let (client, server) = (try fixture.client(maximum: version), try fixture.server())
    for position in 0..<60 {
      let pair = try fixture.pair(client, server)
      pair.converse()
      try pair.client.send(Array("transfer 100 to bob".utf8))
      var record = pair.client.takeOutgoing()
      guard position < record.count else { break }
      record[position] ^= 1
      // A longer length only waits; whatever follows is then read at the wrong place.
      try? pair.server.receive(record + [UInt8](repeating: 0, count: 300))
      #expect(pair.server.plaintext.isEmpty, "byte \(position)")
      #expect(pair.server.error != nil, "byte \(position)")
    }
  }

  @Test("is refused when a record is repeated, left out or out of order", arguments: Fixture.both)
  func refusesReplay(_ version: TLSVersion) throws {
    let orders: [[Int]] = [[0, 0], [1, 0], [0, 2]]
    for order in orders {
      let pair = try Fixture.openPair(version)
      let records = try (0..<3).map { number in
        try pair.client.send([UInt8(number)])
        return pair.client.takeOutgoing()
      }
      #expect(throws: TLSError.self) {
        for position in order { try pair.server.receive(records[position]) }
      }
      #expect(pair.server.plaintext.count <= 1)
      #expect(pair.server.outgoing.first == 21 || version == .tls13)
    }
  }

  @Test("before an error in the same bytes still arrives")
  func arrivesBeforeAnError() throws {
    let pair = try Fixture.openPair()
    try pair.client.send([1, 2, 3])
    #expect(throws: TLSError.self) {
      try pair.server.receive(pair.client.takeOutgoing() + [23, 3, 3, 0, 20] + pattern(20))
    }
    #expect(pair.server.plaintext == [1, 2, 3])
    #expect(!pair.server.outgoing.isEmpty)
    pair.converse()
    #expect(pair.client.error.isAlert)
  }

  @Test("is appended after what the arrays hold")
  func isAppended() throws {
    let pair = try Fixture.openPair()
    for number in UInt8(0)..<5 {
      try pair.client.send([number])
    }
    try pair.server.receive(pair.client.takeOutgoing())
    #expect(pair.server.plaintext == [0, 1, 2, 3, 4])
  }

  @Test("flows on under new keys", arguments: Fixture.both)
  func flowsUnderNewKeys(_ version: TLSVersion) throws {
    let pair = try Fixture.openPair(version)
    for number in UInt8(0)..<20 {
      try pair.client.renewKeys()
      try pair.server.renewKeys()
      try pair.client.send([number])
      try pair.server.send([number])
      pair.converse()
    }
    #expect(pair.server.plaintext == Array(0..<20))
    #expect(pair.client.plaintext == Array(0..<20))
  }

  @Test("is cut off when the peer renews its keys without end")
  func boundsKeyRenewal() throws {
    let pair = try Fixture.openPair()
    var renewals = 0
    while pair.server.error == nil, renewals < TLSSession.controlStepsMax {
      try pair.client.renewKeys()
      renewals += 1
      try? pair.server.receive(pair.client.takeOutgoing())
    }
    #expect(pair.server.error == .tooManyControlSteps(limit: TLSSession.controlStepsMax))
    #expect(renewals > 500)
  }
}
