import Cryptography
import Testing

@Suite("a digest")
struct DigestTests {
  private let digest = SHA256.digest(of: Array("abc".utf8))

  @Test("is made of 32 bytes and of no other number", arguments: [0, 1, 31, 32, 33, 64])
  func hasFixedLength(_ count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    #expect((Digest(bytes) != nil) == (count == 32))
  }

  @Test("comes back from its bytes and from its text")
  func comesBack() {
    #expect(Digest(digest.bytes) == digest)
    #expect(Digest(digest.bytes.span) == digest)
    #expect(Digest(hexadecimal: digest.hexadecimal) == digest)
    #expect(Digest(hexadecimal: digest.hexadecimal.uppercased()) == digest)
  }

  @Test("is appended after what is there")
  func isAppended() {
    var bytes: [UInt8] = [1, 2]
    digest.append(to: &bytes)
    #expect(bytes == [1, 2] + digest.bytes)
  }

  @Test("is another when any one byte differs", arguments: 0..<32)
  func differsInEachByte(_ position: Int) throws {
    var bytes = digest.bytes
    bytes[position] ^= 1
    let other = try #require(Digest(bytes))
    #expect(other != digest)
    #expect(Set([digest, other, digest]).count == 2)
  }

  @Test(
    "is not made of other text",
    arguments: [
      "", "ab", String(repeating: "g", count: 64), String(repeating: "0", count: 63),
      String(repeating: "0", count: 66), String(repeating: "é", count: 32),
    ])
  func refusesText(_ text: String) {
    #expect(Digest(hexadecimal: text) == nil)
  }
}
