/// A SHA-256 computation (FIPS 180-4) fed piece by piece.
///
/// One value computes any number of digests, one after the other, without allocating again.
package struct SHA256: ~Copyable {
  private var computation = SHA256Context()

  /// A computation that has seen no bytes.
  package init() {}

  /// Adds bytes to the message.
  package mutating func update(_ bytes: Span<UInt8>) {
    computation.update(bytes)
  }

  /// Adds bytes to the message.
  package mutating func update(_ bytes: [UInt8]) {
    computation.update(bytes.span)
  }

  /// The digest of everything added since the last one; the next message starts empty.
  package mutating func finish() -> Digest {
    Digest(finishing: &computation)
  }

  /// The digest of a whole message.
  package static func digest(of bytes: Span<UInt8>) -> Digest {
    var computation = SHA256Context()
    computation.update(bytes)
    return Digest(finishing: &computation)
  }

  /// The digest of a whole message.
  package static func digest(of bytes: [UInt8]) -> Digest {
    digest(of: bytes.span)
  }
}
