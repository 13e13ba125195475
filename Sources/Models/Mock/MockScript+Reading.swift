extension MockScript {
  /// The script in a run's metadata; refuses what is no script, with its path.
  package init(metadata: [ToolArgument]) throws(MockScriptError) {
    let root = Self.metadataField
    guard let script = metadata[root] else { throw MockScriptError(at: root, .missing) }
    let fields = try Fields(script, at: root, allowed: ["pace_ms", "burst", "steps"])
    let steps = try fields.list("steps", countMax: Self.stepsMax)
    var read: [Step] = []
    for (index, step) in steps.enumerated() {
      read.append(try Step(step, at: "\(root).steps[\(index)]"))
    }
    try self.init(
      pace: try fields.integer("pace_ms", otherwise: 0),
      burst: try fields.integer("burst", otherwise: 1), steps: read)
  }
}

extension MockScript.Step {
  /// One way to write a step: its field, and how what stands in it is read.
  private struct Form {
    let field: String
    let read: @Sendable (Fields) throws(MockScriptError) -> MockScript.Step
  }

  private static let forms: [Form] = [
    Form(field: "tokens") { step throws(MockScriptError) in
      .tokens(try step.texts("tokens", countMax: MockScript.writtenTokensMax))
    },
    Form(field: "generate") { step throws(MockScriptError) in
      let fields = try step.fields("generate", allowed: ["count", "bytes"])
      return .generate(count: try fields.integer("count"), bytes: try fields.integer("bytes"))
    },
    Form(field: "text") { step throws(MockScriptError) in .text(try step.text("text")) },
    Form(field: "delay_ms") { step throws(MockScriptError) in
      .delay(milliseconds: try step.integer("delay_ms"))
    },
    Form(field: "call") { step throws(MockScriptError) in
      let fields = try step.fields("call", allowed: ["tool", "arguments"])
      return .call(tool: try fields.text("tool"), arguments: try fields.record("arguments"))
    },
    Form(field: "fail") { step throws(MockScriptError) in
      let fields = try step.fields("fail", allowed: ["code", "message"])
      return .fail(code: try fields.text("code"), message: try fields.text("message"))
    },
    Form(field: "hang") { step throws(MockScriptError) in
      try step.confirm("hang")
      return .hang
    },
  ]

  fileprivate init(_ value: ToolValue, at path: String) throws(MockScriptError) {
    let fields = try Fields(value, at: path, allowed: Set(Self.forms.map(\.field)))
    guard let form = Self.forms.first(where: { fields.has($0.field) }) else {
      throw MockScriptError(at: path, .missing)
    }
    guard fields.count == 1 else { throw MockScriptError(at: path, .tooMany(1)) }
    self = try form.read(fields)
  }
}

/// The fields of a record within a script, which know their path.
private struct Fields {
  private let path: String
  private let items: [ToolArgument]

  init(_ value: ToolValue, at path: String, allowed: Set<String>) throws(MockScriptError) {
    guard case .record(let items) = value else {
      throw MockScriptError(at: path, .wrongKind(expected: "a record"))
    }
    var seen: Set<String> = []
    for item in items {
      let itemPath = "\(path).\(item.name)"
      guard allowed.contains(item.name) else { throw MockScriptError(at: itemPath, .unknownField) }
      guard seen.insert(item.name).inserted else {
        throw MockScriptError(at: itemPath, .repeatedField)
      }
    }
    self.path = path
    self.items = items
  }

  var count: Int { items.count }

  func has(_ name: String) -> Bool { items[name] != nil }

  func integer(_ name: String, otherwise value: Int) throws(MockScriptError) -> Int {
    has(name) ? try integer(name) : value
  }

  func integer(_ name: String) throws(MockScriptError) -> Int {
    guard case .integer(let integer) = try required(name) else {
      throw wrong(name, expected: "an integer")
    }
    return Int(integer)
  }

  func text(_ name: String) throws(MockScriptError) -> String {
    guard case .text(let text) = try required(name) else { throw wrong(name, expected: "a text") }
    return text
  }

  func list(_ name: String, countMax: Int) throws(MockScriptError) -> [ToolValue] {
    guard case .list(let items) = try required(name) else { throw wrong(name, expected: "a list") }
    guard items.count <= countMax else {
      throw MockScriptError(at: "\(path).\(name)", .tooMany(countMax))
    }
    return items
  }

  func texts(_ name: String, countMax: Int) throws(MockScriptError) -> [String] {
    var texts: [String] = []
    for (index, item) in try list(name, countMax: countMax).enumerated() {
      guard case .text(let text) = item else {
        throw wrong("\(name)[\(index)]", expected: "a text")
      }
      texts.append(text)
    }
    return texts
  }

  func record(_ name: String) throws(MockScriptError) -> [ToolArgument] {
    guard case .record(let items) = try required(name) else {
      throw wrong(name, expected: "a record")
    }
    return items
  }

  func fields(_ name: String, allowed: Set<String>) throws(MockScriptError) -> Fields {
    try Fields(try required(name), at: "\(path).\(name)", allowed: allowed)
  }

  /// Refuses anything but true.
  func confirm(_ name: String) throws(MockScriptError) {
    guard try required(name) == .boolean(true) else { throw wrong(name, expected: "true") }
  }

  private func required(_ name: String) throws(MockScriptError) -> ToolValue {
    guard let value = items[name] else { throw MockScriptError(at: "\(path).\(name)", .missing) }
    return value
  }

  private func wrong(_ name: String, expected: String) -> MockScriptError {
    MockScriptError(at: "\(path).\(name)", .wrongKind(expected: expected))
  }
}
