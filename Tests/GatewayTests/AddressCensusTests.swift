import Contract
import Testing

@testable import Gateway

@Suite("Connections by address") struct AddressCensusTests {
  @Test("as many as the limit, and as many again as have left")
  func limit() {
    let census = AddressCensus()
    let (one, other) = (ClientNetwork.version4(1), ClientNetwork.version4(2))
    #expect(census.enter(one, limit: 2) && census.enter(one, limit: 2))
    #expect(!census.enter(one, limit: 2))
    #expect(census.enter(other, limit: 2))
    census.leave(one)
    #expect(census.enter(one, limit: 2))
    #expect(!census.enter(one, limit: 2))
  }

  @Test("addresses of one /64 are one network, and those of two are two")
  func networks() {
    let network = ClientNetwork.version6(0x2001_0db8_0000_0001, 7)
    #expect(network == .version6(0x2001_0db8_0000_0001, .max))
    #expect(network != .version6(0x2001_0db8_0000_0002, 7))
    #expect(ClientNetwork.version4(0x7f00_0001) != .version4(0x7f00_0002))
  }

  @Test("an address of IPv4 is the same however it is written")
  func mapped() {
    #expect(ClientNetwork.version6(0, 0xffff_7f00_0001) == .version4(0x7f00_0001))
    #expect(ClientNetwork.version6(0, 1) != .version4(1))
  }
}
