package import Contract
internal import Negotiation
package import Wire

/// How the input of a method may come in a body.
extension MethodDescription {
  /// The media types that a body is read in; none where the verb has no body.
  var bodyTypes: [MediaType] {
    if isBodyless { return [] }
    return markdownField == nil ? [.json, .cbor] : [.json, .cbor, .markdown]
  }

  /// The fields that stand in the query beside a body of Markdown: all that a query can hold.
  package var fieldsBesideMarkdown: [FieldSchema] {
    guard let markdownField else { return [] }
    let elsewhere = Set(path.parameters + [markdownField])
    return input.fields.filter { !elsewhere.contains($0.name) && $0.schema.fitsQuery }
  }

  /// The part of the input that the body carries; nil where the verb has no body or nothing is
  /// left.
  var bodySchema: RecordSchema? {
    let inPath = Set(path.parameters)
    let fields = input.fields.filter { !inPath.contains($0.name) }
    guard !isBodyless, !fields.isEmpty else { return nil }
    guard fields.count < input.fields.count else { return input }
    // Named for the method: two methods may leave different parts of one input to the body.
    return RecordSchema(
      name: "\(name.replacing("/", with: "."))Body", documentation: input.documentation,
      fields: fields)
  }
}
