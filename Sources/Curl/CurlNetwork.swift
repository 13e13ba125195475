internal import CCurl

/// Addresses of the internet that begin with the same bits.
package struct CurlNetwork: Hashable, Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  /// `10.0.0.0/8`, `fc00::/7`, or an address by itself; nil for another text.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.address(String(parts[0])) else { return nil }
    var bits = bytes.count * 8
    if parts.count == 2 {
      guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(parts[1]), number <= bits
      else { return nil }
      bits = number
    }
    self.bytes = bytes
    self.bits = bits
  }

  /// A network of the program's own table, which is one.
  init(standard text: StaticString) {
    guard let network = CurlNetwork("\(text)") else { preconditionFailure("\(text) is no network") }
    self = network
  }

  /// Whether an address lies in the network; one of the other protocol never does.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    let (whole, rest) = bits.quotientAndRemainder(dividingBy: 8)
    guard address[..<whole] == bytes[..<whole] else { return false }
    return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
  }

  /// The bytes of an address in its one spelling; nil for another text.
  static func address(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    // SAFETY: the text ends with a zero, and the call writes at most the sixteen bytes.
    let count = unsafe bytes.withUnsafeMutableBufferPointer {
      unsafe CCurl_read_address(text, $0.baseAddress)
    }
    return count > 0 ? Array(bytes[..<count]) : nil
  }
}
