extension RecordWriter {
  func writeEncoding(to writer: inout SourceWriter) {
    writer.specialized(for: "Sink")
    writer.block("\(access)func encode<S: Wire.Sink & ~Copyable>(into sink: inout S) {") { writer in
      writeCount(to: &writer)
      let sorted = record.fields.sorted { $0.precedes($1) }
      if sorted == record.fields {
        writeFields(record.fields, to: &writer)
      } else {
        writer.block("if S.sortsKeys {", closing: "} else {") { writeFields(sorted, to: &$0) }
        writer.continueBlock { writeFields(record.fields, to: &$0) }
      }
      writer.line("sink.endMap()")
    }
    writer.concreteEncoders(access)
  }

  private func writeCount(to writer: inout SourceWriter) {
    let conditions = record.fields.compactMap(presence)
    let certain = record.fields.count - conditions.count
    guard !conditions.isEmpty else { return writer.line("sink.beginMap(count: \(certain))") }
    writer.line("var count = \(certain)")
    for condition in conditions { writer.line("\(condition) { count += 1 }") }
    writer.line("sink.beginMap(count: count)")
  }

  /// The condition under which a field is written, or nil when it always is.
  private func presence(of field: Field) -> String? {
    if field.type.isPatch { return "if self.\(field.source).isPresent" }
    if field.type.isOptional, record.omitsNil { return "if self.\(field.source) != nil" }
    return nil
  }

  private func writeFields(_ fields: [Field], to writer: inout SourceWriter) {
    for field in fields {
      if let presence = presence(of: field) {
        writer.block("\(presence) {") { writeField(field, to: &$0) }
      } else {
        writeField(field, to: &writer)
      }
    }
  }

  private func writeField(_ field: Field, to writer: inout SourceWriter) {
    writer.line("sink.key(Draft.\(field.source))")
    writer.line("self.\(field.source).encode(into: &sink)")
  }
}

extension Field {
  /// Whether the field comes first in the order of RFC 8949 §4.2.1: bytewise by encoded key, and so
  /// the shorter name first.
  fileprivate func precedes(_ other: Field) -> Bool {
    let (own, others) = (wireName.utf8, other.wireName.utf8)
    return own.count == others.count
      ? own.lexicographicallyPrecedes(others) : own.count < others.count
  }
}
