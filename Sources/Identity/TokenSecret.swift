internal import Cryptography
internal import Wire

/// A bearer secret as its owner holds it: `sy_` and 43 characters of base64url, 256 random bits.
package struct TokenSecret: Hashable, Sendable {
  package static let prefix = "sy_"

  /// The secret's text: shown once, stored nowhere.
  package let text: String

  /// A new secret from the system's randomness.
  package static func make() -> TokenSecret {
    TokenSecret(text: prefix + Base64URL.text(SecureRandom.bytes(32)))
  }

  package init(text: String) {
    self.text = text
  }

  /// SHA-256 over the text, which is all that the server keeps.
  package var hash: [UInt8] { SHA256.digest(of: Array(text.utf8)).bytes }
}
