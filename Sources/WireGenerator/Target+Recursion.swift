extension Target {
  /// Fields through which a record contains itself: its schema, a value, would have no end.
  var diagnostics: [Diagnostic] {
    let graph = Dictionary(
      records.map { record in
        (record.name, record.fields.flatMap { $0.type.names.map { $0.joined(separator: ".") } })
      }, uniquingKeysWith: { first, _ in first })
    var found: [Diagnostic] = []
    var index = 0
    for (file, model) in files {
      for _ in model.records {
        let record = records[index]
        index += 1
        let field = record.fields.first { field in
          field.type.names.contains { name in
            Self.reaches(record.name, from: name.joined(separator: "."), in: graph)
          }
        }
        guard let field else { continue }
        found.append(Diagnostic(Flaw(.recursive(field.source), at: field.offset), in: file))
      }
    }
    return found
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
