/// Whether two byte strings are equal, in a time that depends on their lengths only.
///
/// For everything that an attacker could guess byte by byte: tokens, tags, signatures.
package func constantTimeEqual(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
  equalInConstantTime(first, second)
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
package func constantTimeEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
  equalInConstantTime(first.span, second.span)
}
