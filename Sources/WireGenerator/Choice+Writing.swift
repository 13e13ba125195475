extension Choice {
  /// Writes the coding of this enum.
  func write(to writer: inout SourceWriter) {
    let access = isPackage ? "package " : ""
    writer.line()
    writer.block("extension \(name) {") { writer in
      writer.block(
        "private static let wireNames = Wire.FieldTable([", closing: "])"
      ) { writer in
        for choice in cases { writer.line("\(choice.text.fieldName),") }
      }
      writer.line()
      writer.block("\(access)static let schema: Wire.Schema = .choice(", closing: ")") { writer in
        writer.block("Wire.ChoiceSchema(", closing: ")") { writer in
          writer.line("name: \(name.literal),")
          writer.line("documentation: \(documentation.literal),")
          writer.line("choices: [\(cases.map(\.text.literal).joined(separator: ", "))]")
        }
      }
      writer.line()
      writeEncoding(access, to: &writer)
      writer.concreteEncoders(access)
      writer.line()
      writeDecoding(access, to: &writer)
      writer.concreteInitializers(access)
    }
  }

  private func writeEncoding(_ access: String, to writer: inout SourceWriter) {
    writer.specialized(for: "Sink")
    writer.block("\(access)func encode<S: Wire.Sink & ~Copyable>(into sink: inout S) {") { writer in
      writer.line("switch self {")
      for choice in cases {
        writer.line("case .\(choice.source): sink.choice(\(choice.text.fieldName))")
      }
      writer.line("}")
    }
  }

  private func writeDecoding(_ access: String, to writer: inout SourceWriter) {
    writer.specialized(for: "Source")
    writer.block(
      "\(access)init<S: Wire.Source>(from source: inout S) throws(Wire.DecodeError) {"
    ) { writer in
      writer.line("switch try source.choice(Self.wireNames) {")
      for (index, choice) in cases.enumerated() {
        writer.line("case \(index): self = .\(choice.source)")
      }
      writer.line("default: preconditionFailure(\"a choice that the table does not have\")")
      writer.line("}")
    }
  }
}
