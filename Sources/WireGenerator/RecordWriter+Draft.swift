extension RecordWriter {
  func writeDraft(to writer: inout SourceWriter) {
    writer.block("\(access)struct Draft: Wire.RecordDraft {") { writer in
      if !record.fields.isEmpty {
        writeStorage(to: &writer)
        writer.line()
      }
      writer.line("\(access)init() {}")
      writer.line()
      writeMerge(to: &writer)
      for format in ["JSON", "CBOR"] {
        writer.line()
        writer.block(
          "\(access)mutating func merge\(format)(from source: inout Wire.\(format)Source)"
            + " throws(Wire.DecodeError) {"
        ) { $0.line("try merge(from: &source)") }
      }
      writer.line()
      writer.block(
        "\(access)consuming func finish(at offset: Int?) throws(Wire.DecodeError)"
          + " -> \(record.name) {"
      ) { $0.line("try \(record.name)(self, at: offset)") }
    }
  }

  private func writeStorage(to writer: inout SourceWriter) {
    for field in record.fields {
      writer.block("fileprivate static var \(field.source): Wire.FieldName {") {
        $0.line(field.wireName.fieldName)
      }
    }
    writer.line()
    for field in record.fields {
      writer.line("fileprivate var \(field.source): \(storage(of: field))")
    }
    writer.line("private var \(unused("seen")) = Wire.SeenFields()")
  }

  private func storage(of field: Field) -> String {
    if field.type.isPatch { return "\(field.type) = .absent" }
    if field.type.isOptional, field.standard == nil { return "\(field.type) = nil" }
    return "Optional<\(field.type)> = nil"
  }

  private func writeMerge(to writer: inout SourceWriter) {
    writer.specialized(for: "Source")
    writer.block(
      "\(access)mutating func merge<S: Wire.Source>(from source: inout S)"
        + " throws(Wire.DecodeError) {"
    ) { writer in
      let fields = unused("fields")
      writer.line("let \(fields) = \(record.name).fields")
      writer.line("try source.beginMap()")
      guard !record.fields.isEmpty else {
        return writer.block("while try source.nextField(\(fields), next: 0) != nil {") {
          $0.line("preconditionFailure(\"a field that the table does not have\")")
        }
      }
      writer.block(
        "while let index = try source.nextField(\(fields), seen: &self.\(unused("seen"))) {"
      ) { writer in
        writer.block("do throws(Wire.DecodeError) {", closing: "} catch {") { writeSwitch(to: &$0) }
        writer.continueBlock { $0.line("throw error.within(field: \(fields).names[index])") }
      }
    }
  }

  private func writeSwitch(to writer: inout SourceWriter) {
    writer.line("switch index {")
    for (index, field) in record.fields.enumerated() {
      writer.line("case \(index): self.\(field.source) = try \(field.type)(from: &source)")
    }
    writer.line("default: preconditionFailure(\"a field that the table does not have\")")
    writer.line("}")
  }
}
