/// Writes the coding of one record.
struct RecordWriter {
  let record: Record
  /// The access modifier of every member that the protocols ask for, with a space behind it.
  let access: String

  init(_ record: Record) {
    self.record = record
    access = record.isPackage ? "package " : ""
  }

  func write(to writer: inout SourceWriter) {
    writer.line()
    writer.block("extension \(record.name): Wire.CodedRecord {") { writer in
      writeNames(to: &writer)
      writer.line()
      writeSchema(to: &writer)
      writer.line()
      writeEncoding(to: &writer)
      writer.line()
      writeDecoding(to: &writer)
      writer.line()
      writeDraft(to: &writer)
    }
  }

  private func writeNames(to writer: inout SourceWriter) {
    writer.block("\(access)static let fields = Wire.FieldTable([", closing: "])") { writer in
      for field in record.fields { writer.line("Draft.\(field.source),") }
    }
  }

  private func writeSchema(to writer: inout SourceWriter) {
    writer.block("\(access)static let schema: Wire.Schema = .record(", closing: ")") { writer in
      writer.block("Wire.RecordSchema(", closing: ")") { writer in
        writer.line("name: \(record.name.literal),")
        writer.line("documentation: \(record.documentation.literal),")
        guard !record.fields.isEmpty else { return writer.line("fields: []") }
        writer.block("fields: [", closing: "]") { writer in
          for field in record.fields { writeSchema(of: field, to: &writer) }
        }
      }
    }
  }

  private func writeSchema(of field: Field, to writer: inout SourceWriter) {
    writer.block("Wire.FieldSchema(", closing: "),") { writer in
      writer.line("name: \(field.wireName.literal),")
      writer.line("documentation: \(field.documentation.literal),")
      writer.line("schema: \(field.type).schema,")
      let required = "isRequired: \(field.isRequired)"
      guard let standard = field.standard else { return writer.line(required) }
      writer.line(required + ",")
      writer.line("standard: (\(standard) as \(field.type)).wireValue()")
    }
  }

  private func writeDecoding(to writer: inout SourceWriter) {
    writer.specialized(for: "Source")
    writer.block(
      "\(access)init<S: Wire.Source>(from source: inout S) throws(Wire.DecodeError) {"
    ) { writer in
      writer.line("let offset = source.offset")
      writer.line("var draft = Draft()")
      writer.line("try draft.merge(from: &source)")
      writer.line("self = try (consume draft).finish(at: offset)")
    }
    writer.concreteInitializers(access)
    writer.line()
    writeInitializer(to: &writer)
  }

  /// An initializer in an extension keeps the defaults that the properties are declared with.
  private func writeInitializer(to writer: inout SourceWriter) {
    let (draft, offset) = (unused("draft"), unused("offset"))
    writer.block(
      "private init(_ \(draft): consuming Draft, at \(offset): Int?) throws(Wire.DecodeError) {"
    ) { writer in
      for field in record.fields where field.isRequired {
        writer.block("guard let \(field.source) = \(draft).\(field.source) else {") { writer in
          writer.line("throw Wire.DecodeError(")
          writer.line("  .missingField, at: \(offset), \"this field is required\"")
          writer.line(").within(field: Draft.\(field.source))")
        }
      }
      for field in record.fields {
        let (name, value) = (field.source, "\(draft).\(field.source)")
        if field.standard != nil {
          writer.line("if let \(name) = \(value) { self.\(name) = \(name) }")
        } else {
          writer.line("self.\(name) = \(field.isRequired ? name : value)")
        }
      }
    }
  }

  /// `name`, or something like it that no field is called.
  func unused(_ name: String) -> String {
    record.fields.contains { $0.source == name } ? unused(name + "Fields") : name
  }
}

extension Field {
  /// Whether reading fails without it.
  var isRequired: Bool { standard == nil && !type.isOptional && !type.isPatch }
}
