import Cryptography
import Testing

@Suite("unpredictable bytes")
struct SecureRandomTests {
  @Test("are as many as asked for", arguments: [0, 1, 16, 32, 4_097])
  func haveTheLength(_ count: Int) {
    #expect(SecureRandom.bytes(count).count == count)
  }

  @Test("are never the same")
  func differ() {
    #expect(Set((0..<1_000).map { _ in SecureRandom.bytes(16) }).count == 1_000)
  }
}
