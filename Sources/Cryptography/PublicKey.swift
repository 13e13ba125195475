/// A key that verifies signatures, for the one algorithm that it is for: what a signature says of
/// itself never chooses (RFC 8725 §3.1).
package struct PublicKey: Hashable, Sendable {
  /// The algorithms, by their names in JOSE.
  package enum Algorithm: String, CaseIterable, Hashable, Sendable {
    /// Ed25519 (RFC 8037 §3.1).
    case edDSA = "EdDSA"
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    case rs256 = "RS256"
  }

  /// What makes bytes no key.
  package enum Refusal: Error, Hashable, Sendable {
    /// A number of bytes that no key of its kind has.
    case wrongLength(Int)
    /// A point that is not on the curve, or numbers that make no key.
    case notAKey
  }

  enum Material: Hashable, Sendable {
    case ed25519([UInt8])
    /// The uncompressed point (SEC 1 §2.3.3).
    case p256([UInt8])
    /// Both as unsigned numbers, the highest byte first.
    case rsa(modulus: [UInt8], exponent: [UInt8])
  }

  let material: Material

  /// The 32 bytes of a key of Ed25519; nil for keys of other kinds.
  package var ed25519: [UInt8]? { if case .ed25519(let bytes) = material { bytes } else { nil } }

  /// The algorithm that it is for.
  package var algorithm: Algorithm {
    switch material {
    case .ed25519: .edDSA
    case .p256: .es256
    case .rsa: .rs256
    }
  }

  /// The 32 bytes of a key of Ed25519 (RFC 8032 §5.1.5).
  package init(ed25519 bytes: [UInt8]) throws(Refusal) {
    guard bytes.count == 32 else { throw .wrongLength(bytes.count) }
    try self.init(checking: .ed25519(bytes))
  }

  /// The two coordinates of a point of P-256, 32 bytes each.
  package init(p256 x: [UInt8], _ y: [UInt8]) throws(Refusal) {
    guard x.count == 32 else { throw .wrongLength(x.count) }
    guard y.count == 32 else { throw .wrongLength(y.count) }
    try self.init(checking: .p256([4] + x + y))
  }

  /// Modulus and exponent of RSA; a modulus has 2,048 to 8,192 bits (RFC 7518 §3.3), an exponent at
  /// most 64.
  package init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(Refusal) {
    guard (256...1024).contains(modulus.count), modulus.first != 0 else {
      throw .wrongLength(modulus.count)
    }
    guard (1...8).contains(exponent.count) else { throw .wrongLength(exponent.count) }
    try self.init(checking: .rsa(modulus: modulus, exponent: exponent))
  }

  private init(checking material: Material) throws(Refusal) {
    guard SignatureKeyHandle.open(material) != nil else { throw .notAKey }
    self.material = material
  }

  /// Whether the signature, in JOSE's form, is one of the message by the owner of this key.
  package func verifies(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
    guard let handle = SignatureKeyHandle.open(material) else { return false }
    switch material {
    case .ed25519: return signature.count == 64 && handle.verifies(signature, of: message, .none)
    case .p256:
      guard signature.count == 64 else { return false }
      return handle.verifies(ecdsaSequence(of: signature).span, of: message, .sha256)
    case .rsa(let modulus, _):
      return signature.count == modulus.count && handle.verifies(signature, of: message, .sha256)
    }
  }
}
