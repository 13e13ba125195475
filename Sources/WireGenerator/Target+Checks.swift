extension Target {
  /// What only shows when all files are read.
  var diagnostics: [Diagnostic] { repetitions + recursions }

  /// Types that two declarations ask coding for.
  private var repetitions: [Diagnostic] {
    var seen: Set<String> = []
    return files.flatMap { file, model in
      let names =
        model.records.map { ($0.declaration.name, $0.offset) }
        + model.choices.map { ($0.declaration.name, $0.offset) }
      return names.sorted { $0.1 < $1.1 }.compactMap { name, offset in
        seen.insert(name).inserted
          ? nil : Diagnostic(Flaw(.declaredTwice(name), at: offset), in: file)
      }
    }
  }

  /// Fields through which a record contains itself: its schema, a value, would have no end.
  private var recursions: [Diagnostic] {
    let resolved = files.map { file, model in (file, model.records.map { self.resolved($0) }) }
    let graph = Dictionary(
      resolved.flatMap(\.1).map { record in
        (record.name, record.fields.flatMap { $0.type.names.map { $0.joined(separator: ".") } })
      }, uniquingKeysWith: +)
    return resolved.flatMap { file, records in
      records.compactMap { record in
        let field = record.fields.first { field in
          field.type.names.contains { name in
            Self.reaches(record.name, from: name.joined(separator: "."), in: graph)
          }
        }
        return field.map { Diagnostic(Flaw(.recursive($0.source), at: $0.offset), in: file) }
      }
    }
  }

  /// Whether `target` is `start` or anything that its fields lead to.
  private static func reaches(
    _ target: String, from start: String, in graph: [String: [String]]
  ) -> Bool {
    var visited: Set<String> = [start]
    var pending = [start]
    while let name = pending.popLast() {
      if name == target { return true }
      for next in graph[name] ?? [] where visited.insert(next).inserted { pending.append(next) }
    }
    return false
  }
}
