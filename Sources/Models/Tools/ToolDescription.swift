package import Wire

/// What a model is told about a tool.
package struct ToolDescription: Hashable, Sendable {
  /// How it is said what a call may be given.
  package enum Input: Hashable, Sendable {
    /// Every argument, which is checked before a call.
    case arguments([Argument])
    /// A JSON schema of an object, which models are shown as it is; who has the tool checks it.
    case schema(WireValue)
  }

  /// What the tool is called.
  package let name: String
  /// One sentence that says what it does.
  package let summary: String
  /// What it may be given.
  package let input: Input

  /// A tool that takes these arguments.
  package init(name: String, summary: String, arguments: [Argument]) {
    self.name = name
    self.summary = summary
    input = .arguments(arguments)
  }

  /// A tool that takes what a JSON schema of an object says.
  package init(name: String, summary: String, schema: WireValue) {
    self.name = name
    self.summary = summary
    input = .schema(schema)
  }

  /// JSON bytes of what a tool with a schema may be given.
  package static let openBytesMax = 256 << 10

  /// One argument of a tool.
  package struct Argument: Hashable, Sendable {
    /// What values it takes.
    package enum Kind: Hashable, Sendable {
      /// Text of at most this many UTF-8 bytes.
      case text(bytesMax: Int)
      case integer(ClosedRange<Int64>)
      case number
      case boolean
      /// One of these texts.
      case choice([String])
    }

    /// What it is called.
    package let name: String
    /// What values it takes.
    package let kind: Kind
    /// Whether a call may not leave it out.
    package let isRequired: Bool
    /// One sentence that says what it means.
    package let summary: String

    package init(_ name: String, _ kind: Kind, isRequired: Bool, summary: String) {
      self.name = name
      self.kind = kind
      self.isRequired = isRequired
      self.summary = summary
    }
  }
}

extension ToolDescription {
  /// Refuses arguments that are unknown, given twice, missing, of another kind or out of range; of
  /// those that a schema describes only such as are given twice or too long.
  package func check(_ given: [ToolArgument]) throws(ToolError) {
    var seen: Set<String> = []
    for argument in given {
      guard seen.insert(argument.name).inserted else { throw .repeatedArgument(argument.name) }
    }
    switch input {
    case .arguments(let arguments): try Self.check(given, seen, against: arguments)
    case .schema:
      guard given.wireValue.json().count <= Self.openBytesMax else {
        throw .tooLarge(bytesMax: Self.openBytesMax)
      }
    }
  }

  private static func check(
    _ given: [ToolArgument], _ seen: Set<String>, against arguments: [Argument]
  ) throws(ToolError) {
    for argument in given {
      guard let expected = arguments.first(where: { $0.name == argument.name }) else {
        throw .unknownArgument(argument.name)
      }
      try expected.check(argument.value)
    }
    if let missing = arguments.first(where: { $0.isRequired && !seen.contains($0.name) }) {
      throw .missingArgument(missing.name)
    }
  }
}

extension ToolDescription.Argument {
  fileprivate func check(_ value: ToolValue) throws(ToolError) {
    switch (kind, value) {
    case (.text(let bytesMax), .text(let text)):
      guard text.utf8.count <= bytesMax else { throw .tooLong(name, bytesMax: bytesMax) }
    case (.integer(let range), .integer(let integer)):
      guard range.contains(integer) else { throw .outOfRange(name, range) }
    case (.choice(let choices), .text(let text)):
      guard choices.contains(text) else { throw .notAChoice(name, choices) }
    case (.number, .number), (.number, .integer), (.boolean, .boolean): return
    case (.text, _), (.integer, _), (.number, _), (.boolean, _), (.choice, _):
      throw .wrongKind(name, kind)
    }
  }
}
