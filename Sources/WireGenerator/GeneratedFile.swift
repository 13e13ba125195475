/// The one source file that is made from a target's declarations.
struct GeneratedFile {
  let text: String

  init(_ target: Target) {
    var writer = SourceWriter()
    let records = target.records
    let choices = target.choices
    writer.line("// Written by WireGenerator from the declarations that conform to `Coded`.")
    if !records.isEmpty || !choices.isEmpty {
      // A package import that no package declaration needs is a warning.
      let isPackage = records.contains(where: \.isPackage) || choices.contains(where: \.isPackage)
      writer.line(isPackage ? "package import Wire" : "import Wire")
      for line in target.imports { writer.line(line) }
    }
    for record in records { RecordWriter(record).write(to: &writer) }
    for choice in choices { choice.write(to: &writer) }
    text = writer.text
  }
}
