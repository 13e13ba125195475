/// A name on the wire, of a field or of a choice, kept with its encoded forms so that writing it is
/// one copy.
package struct FieldName: Sendable, CustomStringConvertible {
  /// The plain name; ASCII without characters that JSON escapes.
  package let name: StaticString
  /// `"name":` as JSON text.
  package let json: StaticString
  /// The CBOR text item: head and bytes.
  package let cbor: StaticString

  package init(_ name: StaticString, json: StaticString, cbor: StaticString) {
    self.name = name
    self.json = json
    self.cbor = cbor
  }

  package var description: String { name.description }
}
