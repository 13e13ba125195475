/// Diagnostic notation (RFC 8949 §8): CBOR as text for people, and back.
///
/// Printing loses nothing: indefinite lengths are marked with `_`, heads and floats that are longer
/// than they need to be with `_0` to `_3` (§8.1), NaNs with a payload are `float'…'`. So
/// `parse(print(bytes))` gives the same bytes for every well-formed sequence of items with valid
/// texts.
package enum CBORDiagnostic {
  /// The items of a sequence (RFC 8742), each on a line of its own; nothing for no bytes.
  package static func print(
    _ bytes: [UInt8], limits: DecodeLimits = .standard
  ) throws(DecodeError) -> String {
    var printer = CBORPrinter(bytes, limits)
    return try printer.sequence()
  }

  /// The bytes of a text of items, between which stand commas, spaces or line ends.
  ///
  /// Beyond what `print` writes: byte strings as `'text'`, `b64''`, `h32''`, `b32''` and
  /// `<<items>>`, and comments between slashes (RFC 8610 Appendix G).
  package static func parse(
    _ text: String, limits: DecodeLimits = .standard
  ) throws(DecodeError) -> [UInt8] {
    var parser = DiagnosticParser([UInt8](text.utf8), limits)
    return try parser.sequence()
  }

  /// The notation of one value.
  static func text(_ value: WireValue) -> String {
    do throws(DecodeError) {
      return try CBORDiagnostic.print(value.cbor(), limits: DecodeLimits(depth: .max, items: .max))
    } catch {
      preconditionFailure("our own CBOR does not read: \(error.kind)")
    }
  }

  /// A key as one step of a field path.
  static func keyName(_ key: WireValue) -> String {
    if case .text(let name) = key { name } else { text(key) }
  }
}
