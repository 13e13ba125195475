import Store
import Testing

@testable import Identity

struct MasterKeyTests {
  @Test("a key is 64 hexadecimal digits, space apart")
  func reads() {
    let digits = String(repeating: "0f", count: 32)
    #expect(MasterKey(text: digits) != nil)
    #expect(MasterKey(text: digits.uppercased() + "\n") != nil)
    for text in ["", "0f", digits + "00", String(digits.dropLast()), "zz" + digits.dropFirst(2)] {
      #expect(MasterKey(text: text) == nil)
    }
  }

  @Test("keys for two purposes have nothing in common")
  func derives() throws {
    let key = try #require(MasterKey(text: String(repeating: "0f", count: 32)))
    #expect(key.derived(for: "a") == key.derived(for: "a"))
    #expect(key.derived(for: "a") != key.derived(for: "b"))
    #expect(key.derived(for: "a").count == 32)
  }
}
