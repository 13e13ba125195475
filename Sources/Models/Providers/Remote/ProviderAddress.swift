/// Where a provider's interface begins: an `http` or `https` address without credentials.
package struct ProviderAddress: Hashable, Sendable {
  /// The most bytes of an address.
  package static let bytesMax = 2_048

  /// The address, without a slash at its end.
  package let text: String

  /// The address, or nil when `text` is none, carries credentials, or goes on after its path.
  package init?(_ text: String) {
    let schemes = ["https://", "http://"]
    guard text.utf8.count <= Self.bytesMax,
      let scheme = schemes.first(where: text.hasPrefix),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !text.utf8.contains(where: "?#@\\\"<>".utf8.contains)
    else { return nil }
    var address = text[...]
    while address.last == "/" { address.removeLast() }
    guard address.count > scheme.count else { return nil }
    self.text = String(address)
  }

  /// The address of the program's own table, which is one.
  init(standard text: String) {
    guard let address = ProviderAddress(text) else { preconditionFailure("\(text) is no address") }
    self = address
  }
}
