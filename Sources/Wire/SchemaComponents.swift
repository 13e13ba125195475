/// Named schemas that were met on the way, each once: what `$ref` points to.
package struct SchemaComponents: Sendable {
  /// What stands before the name in a reference, such as `#/components/schemas/`.
  package let prefix: String
  /// JSON Schemas by name.
  package private(set) var definitions: [String: WireValue] = [:]
  private var shapes: [String: Schema] = [:]

  package init(prefix: String) {
    self.prefix = prefix
  }

  /// A reference to the schema, which is kept under its name; two shapes with one name are our bug.
  mutating func reference(
    _ name: String, _ shape: Schema, _ body: (inout SchemaComponents) -> WireValue
  ) -> WireValue {
    if let known = shapes[name] {
      precondition(known == shape, "two schemas are called \(name)")
    } else {
      shapes[name] = shape
      definitions[name] = body(&self)
    }
    return ["$ref": .text(prefix + name)]
  }

  /// The definitions as one map, by name.
  package var map: WireValue {
    .map(
      definitions.sorted { $0.key < $1.key }.map { WireMember(.text($0.key), $0.value) })
  }
}
