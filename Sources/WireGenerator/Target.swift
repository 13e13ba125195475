/// All source files of one target, read and checked together.
struct Target: Sendable {
  let files: [(file: SourceFile, model: FileModel)]
  private let declared: Set<[String]>

  /// Reads every file and reports the first flaw of each.
  static func read(_ files: [SourceFile]) throws(Refusal) -> Target {
    var models: [(file: SourceFile, model: FileModel)] = []
    var diagnostics: [Diagnostic] = []
    for file in files {
      do throws(Flaw) {
        models.append((file, try FileParser.model(of: file)))
      } catch {
        diagnostics.append(Diagnostic(error, in: file))
      }
    }
    let target = Target(models)
    diagnostics += target.diagnostics
    guard diagnostics.isEmpty else { throw Refusal(diagnostics: diagnostics) }
    return target
  }

  private init(_ files: [(file: SourceFile, model: FileModel)]) {
    self.files = files
    declared = files.reduce(into: []) { $0.formUnion($1.model.declared) }
  }

  /// The imports of the files that declare coded types, each once; `Wire` has its own line.
  var imports: [String] {
    let all = files.filter(\.model.isCoded).flatMap(\.model.imports)
    return Set(all).subtracting(["import Wire"]).sorted()
  }

  /// The records with every type name such as an extension at file level needs it.
  var records: [Record] {
    files.flatMap { file in file.model.records.map { resolved($0) } }
  }

  var choices: [Choice] {
    files.flatMap { file in file.model.choices.map(\.declaration) }
  }

  /// The name by which an extension at file level reaches what `name` means inside of `enclosing`.
  ///
  /// Such an extension sees the members of its own type, but not those of the types around it.
  private func qualified(_ name: String, in enclosing: [[String]]) -> String {
    if name == "Self", let own = enclosing.last { return own.joined(separator: ".") }
    for type in enclosing.reversed() where declared.contains(type + [name]) {
      return (type + [name]).joined(separator: ".")
    }
    return name
  }

  func resolved(_ located: Located<Record>) -> Record {
    let record = located.declaration
    let rename = { (name: String) in qualified(name, in: located.enclosing) }
    return Record(
      path: record.path, isPackage: record.isPackage, documentation: record.documentation,
      omitsNil: record.omitsNil,
      fields: record.fields.map { field in
        Field(
          source: field.source, wireName: field.wireName, type: field.type.renamed(rename),
          standard: field.standard.map { Expression(pieces: [.verbatim($0.source(rename))]) },
          documentation: field.documentation, offset: field.offset)
      })
  }
}

/// Why nothing was generated: one diagnostic a file, in the order of the files.
struct Refusal: Error, Hashable, Sendable {
  let diagnostics: [Diagnostic]
}
