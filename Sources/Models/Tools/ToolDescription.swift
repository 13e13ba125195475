/// What a model is told about a tool.
package struct ToolDescription: Hashable, Sendable {
  /// What the tool is called.
  package let name: String
  /// One sentence that says what it does.
  package let summary: String
  /// What it may be given.
  package let arguments: [Argument]

  package init(name: String, summary: String, arguments: [Argument]) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
  }

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
  /// Refuses arguments that are unknown, given twice, missing, of another kind or out of range.
  package func check(_ given: [ToolArgument]) throws(ToolError) {
    var seen: Set<String> = []
    for argument in given {
      guard let expected = arguments.first(where: { $0.name == argument.name }) else {
        throw .unknownArgument(argument.name)
      }
      guard seen.insert(argument.name).inserted else { throw .repeatedArgument(argument.name) }
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
