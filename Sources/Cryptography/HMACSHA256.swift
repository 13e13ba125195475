/// Codes that only who has the key can make, and check (RFC 2104, with SHA-256).
package enum HMACSHA256 {
  /// The code of a message.
  package static func code(of message: Span<UInt8>, key: [UInt8]) -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    authenticate(message, key, into: &bytes)
    guard let digest = Digest(bytes) else { preconditionFailure("a code of another length") }
    return digest
  }

  /// Whether that is the message's code; how long it takes says nothing of how wrong it is.
  package static func verifies(
    _ code: Span<UInt8>, of message: Span<UInt8>, key: [UInt8]
  ) -> Bool {
    var expected: [UInt8] = []
    self.code(of: message, key: key).append(to: &expected)
    return constantTimeEqual(code, expected.span)
  }
}
