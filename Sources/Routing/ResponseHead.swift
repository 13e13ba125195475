package import Contract

/// What stands in front of an answer's content, besides its status: fields that many answers share,
/// and those that differ each time.
package struct ResponseHead: Sendable {
  /// The fields of all answers of one kind.
  package let shared: FieldTemplate
  /// The length of the content; nil where the head says nothing of it.
  package let contentLength: Int?
  /// The name of the request in logs.
  package let correlationID: CorrelationID

  /// Adds every field to `fields`.
  package func write(into fields: inout FieldSection) {
    fields.append(contentsOf: shared.fields)
    if let contentLength { fields.append(name: "content-length", number: contentLength) }
    fields.append(correlationID)
  }
}

/// Fields that were put together once; an object, because it goes with every answer unchanged.
package final class FieldTemplate: Sendable {
  package let fields: FieldSection
  /// The place of one that is used again and again, counted from zero; nil for others.
  package let place: Int?

  init(_ fields: FieldSection, place: Int? = nil) {
    self.fields = fields
    self.place = place
  }

  /// The same fields and those that `append` adds; this template where it adds none.
  func adding(_ append: (inout FieldSection) -> Void) -> FieldTemplate {
    var more = fields
    append(&more)
    return more.count == fields.count ? self : FieldTemplate(more)
  }
}
