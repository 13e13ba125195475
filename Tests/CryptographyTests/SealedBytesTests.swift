import Testing

@testable import Cryptography

struct SealedBytesTests {
  static let key = [UInt8](0..<32)
  static let other = [UInt8](repeating: 7, count: 32)

  @Test("what was sealed opens in its place", arguments: [0, 1, 31, 32, 33, 1000])
  func opens(_ count: Int) {
    let bytes = SecureRandom.bytes(count)
    let sealed = SealedBytes.seal(bytes, key: Self.key, place: "here")
    #expect(sealed.count == count + 29)
    #expect(SealedBytes.open(sealed, key: Self.key, place: "here") == bytes)
  }

  @Test("nothing opens elsewhere, under another key, cut or changed")
  func staysShut() {
    let sealed = SealedBytes.seal([1, 2, 3], key: Self.key, place: "here")
    #expect(SealedBytes.open(sealed, key: Self.key, place: "there") == nil)
    #expect(SealedBytes.open(sealed, key: Self.other, place: "here") == nil)
    for count in sealed.indices {
      #expect(SealedBytes.open(Array(sealed[..<count]), key: Self.key, place: "here") == nil)
      var changed = sealed
      changed[count] ^= 0x40
      #expect(SealedBytes.open(changed, key: Self.key, place: "here") == nil)
    }
  }

  @Test("the same bytes never look the same")
  func differs() {
    let looks = (0..<100).map { _ in SealedBytes.seal([5], key: Self.key, place: "") }
    #expect(Set(looks).count == 100)
  }
}
