extension Schema {
  /// The shape in CDDL (RFC 8610): a rule for `name`, and one for each record and choice inside.
  package func cddl(name: String) -> String {
    var writer = CDDLWriter()
    let type = writer.type(self)
    if type != name { writer.prepend("\(name) = \(type)\n") }
    return writer.text
  }
}

/// Writes CDDL rules, each name once.
private struct CDDLWriter {
  private var rules: [(name: String, text: String)] = []

  var text: String { rules.map(\.text).joined(separator: "\n") }

  mutating func prepend(_ rule: String) {
    rules.insert((name: "", text: rule), at: 0)
  }

  /// The type as it stands where it is used; what has a name gets its rule.
  mutating func type(_ schema: Schema) -> String {
    switch schema {
    case .record(let record):
      rule(record.name) { writer in writer.group(record) }
      return record.name
    case .choice(let choice):
      rule(choice.name) { _ in
        CDDLWriter.comment(choice.documentation, indent: "")
          + "\(choice.name) = \(choice.choices.map(CDDLWriter.quoted).joined(separator: " / "))\n"
      }
      return choice.name
    case .text(let text): return CDDLWriter.text(text)
    case .integer(let minimum, let maximum): return CDDLWriter.integer(minimum, maximum)
    case .number(let minimum, let maximum): return CDDLWriter.number(minimum, maximum)
    case .boolean: return "bool"
    case .bytes: return "bstr"
    case .timestamp:
      return #"tstr .regexp "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z""#
    case .array(let element, let minimum, let maximum):
      let low = minimum.map(String.init) ?? "0"
      return "[\(low)*\(maximum.map(String.init) ?? "") \(type(element))]"
    case .dictionary(let value): return "{* tstr => \(type(value))}"
    case .nullable(let schema): return "\(type(schema)) / null"
    case .open: return "any"
    }
  }

  private mutating func rule(_ name: String, _ body: (inout CDDLWriter) -> String) {
    guard !rules.contains(where: { $0.name == name }) else { return }
    // The place is kept before what is inside is written, so that rules come outermost first.
    let place = rules.count
    rules.append((name, ""))
    rules[place].text = body(&self)
  }

  private mutating func group(_ record: RecordSchema) -> String {
    var text = CDDLWriter.comment(record.documentation, indent: "") + "\(record.name) = {\n"
    for field in record.fields {
      text += CDDLWriter.comment(field.documentation, indent: "  ")
      let key = CDDLWriter.isBareword(field.name) ? field.name : CDDLWriter.quoted(field.name)
      text += "  \(field.isRequired ? "" : "? ")\(key): \(type(field.schema)),\n"
    }
    return text + "}\n"
  }

  private static func comment(_ text: String, indent: String) -> String {
    text.split(separator: "\n").map { "\(indent); \($0)\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: text.json(), as: UTF8.self)
  }

  private static func isBareword(_ name: String) -> Bool {
    guard let first = name.utf8.first, MarkdownStep.isAlphanumeric(first), first > 0x39 else {
      return false
    }
    return name.utf8.allSatisfy { MarkdownStep.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
  }

  /// CDDL's `.size` counts bytes, so that limits in characters become a regular expression.
  private static func text(_ text: TextSchema) -> String {
    if let pattern = text.pattern {
      let body =
        pattern.hasPrefix("^") && pattern.hasSuffix("$")
        ? pattern.dropFirst().dropLast() : pattern[...]
      return "tstr .regexp \(quoted(String(body)))"
    }
    guard text.minimum ?? 0 > 0 || text.maximum != nil else { return "tstr" }
    let limits = "\(text.minimum ?? 0),\(text.maximum.map(String.init) ?? "")"
    return "tstr .regexp \(quoted("(.|[\\r\\n]){\(limits)}"))"
  }

  private static func integer(_ minimum: Int64?, _ maximum: Int64?) -> String {
    switch (minimum, maximum) {
    case (nil, nil): "int"
    case (0?, nil): "uint"
    case (let minimum?, nil): "int .ge \(minimum)"
    case (nil, let maximum?): "int .le \(maximum)"
    case (let minimum?, let maximum?): "\(minimum)..\(maximum)"
    }
  }

  private static func number(_ minimum: Double?, _ maximum: Double?) -> String {
    switch (minimum, maximum) {
    case (nil, nil): "number"
    case (let minimum?, nil): "number .ge \(minimum)"
    case (nil, let maximum?): "number .le \(maximum)"
    case (let minimum?, let maximum?): "\(minimum)..\(maximum)"
    }
  }
}
