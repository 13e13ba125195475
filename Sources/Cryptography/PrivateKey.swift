/// A key of Ed25519 that signs.
package struct PrivateKey: Hashable, Sendable {
  /// The 32 bytes of which RFC 8032 §5.1.5 makes everything; never shown.
  package let seed: [UInt8]
  /// The half that others verify by.
  package let publicKey: PublicKey

  /// The key of that seed.
  package init(seed: [UInt8]) throws(PublicKey.Refusal) {
    guard seed.count == 32 else { throw .wrongLength(seed.count) }
    guard let handle = SignatureKeyHandle.open(ed25519Seed: seed),
      let bytes = handle.ed25519PublicKey
    else { throw .notAKey }
    self.seed = seed
    publicKey = try PublicKey(ed25519: bytes)
  }

  /// A new key.
  package static func fresh() throws(PublicKey.Refusal) -> PrivateKey {
    try PrivateKey(seed: SecureRandom.bytes(32))
  }

  /// The 64 bytes of the message's signature; the same message always has the same.
  package func signature(of message: Span<UInt8>) -> [UInt8] {
    guard let handle = SignatureKeyHandle.open(ed25519Seed: seed) else {
      preconditionFailure("a seed that made a key makes none")
    }
    return handle.ed25519Signature(of: message)
  }
}
