package import Contract

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
