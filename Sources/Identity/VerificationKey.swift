package import Cryptography

/// A key that tokens are verified by, for one algorithm: what a token says of itself never chooses.
package enum VerificationKey: Hashable, Sendable {
  /// The half of a pair that everybody may have.
  case published(PublicKey)
  /// A secret that whoever signs has too (HS256): by an operator's own word alone.
  case shared([UInt8])

  /// The fewest bytes of a secret (RFC 7518 §3.2).
  static let secretBytesMin = 32

  /// The algorithm, by its name in JOSE.
  var algorithm: String {
    switch self {
    case .published(let key): key.algorithm.rawValue
    case .shared: "HS256"
    }
  }

  /// Whether the signature is the message's.
  func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
    switch self {
    case .published(let key): key.verifies(signature, of: message)
    case .shared(let secret): HMACSHA256.verifies(signature, of: message, key: secret)
    }
  }
}
