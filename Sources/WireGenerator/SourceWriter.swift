/// Writes Swift source line by line, two spaces to a level.
struct SourceWriter {
  private(set) var text = ""
  private var level = 0

  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: "  ", count: level) + line }
    text += "\n"
  }

  /// Lines between an opening and a closing one, a level deeper.
  mutating func block(
    _ opening: String, closing: String = "}", _ body: (inout SourceWriter) -> Void
  ) {
    line(opening)
    continueBlock(closing: closing, body)
  }

  /// The lines after a closing line that opened again, such as `} else {`.
  mutating func continueBlock(closing: String = "}", _ body: (inout SourceWriter) -> Void) {
    level += 1
    body(&self)
    level -= 1
    line(closing)
  }
}

extension SourceWriter {
  /// The attributes by which generic code calls a function that is specialised where it stands.
  mutating func specialized(for protocolName: String) {
    for format in ["JSON", "CBOR"] {
      line("@specialized(where S == Wire.\(format)\(protocolName))")
    }
  }
}

/// Members without type parameters: a call from another module reaches code specialised in its own.
extension SourceWriter {
  mutating func concreteEncoders(_ access: String) {
    for format in ["JSON", "CBOR"] {
      line()
      block("\(access)func encode\(format)(into sink: inout Wire.\(format)Sink) {") {
        $0.line("encode(into: &sink)")
      }
    }
  }

  mutating func concreteInitializers(_ access: String) {
    for format in ["JSON", "CBOR"] {
      let label = format.lowercased()
      line()
      block(
        "\(access)init(\(label) source: inout Wire.\(format)Source) throws(Wire.DecodeError) {"
      ) { $0.line("try self.init(from: &source)") }
    }
  }
}

extension String {
  /// This text as a Swift string literal of one line.
  var literal: String {
    var literal = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        literal += "\\u{\(String(scalar.value, radix: 16))}"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }

  /// The `FieldName` of this name: plain, as JSON and as a CBOR text item (RFC 8949 §3.1).
  var fieldName: String {
    let count = utf8.count
    precondition(count <= Limits.nameMax, "the parser bounds every name")
    let head =
      count < 24
      ? "\\u{\(String(0x60 + count, radix: 16))}" : "\\u{78}\\u{\(String(count, radix: 16))}"
    let cbor = "\"" + head + literal.dropFirst()
    return "Wire.FieldName(\(literal), json: \("\"\(self)\":".literal), cbor: \(cbor))"
  }
}
