package import Wire

/// Tools speak in values of their own; events, checkpoints and providers have open values.
extension ToolValue {
  /// The value as an open one.
  package var wireValue: WireValue {
    switch self {
    case .null: .null
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .double(value)
    case .text(let text): .text(text)
    case .list(let items): .array(items.map(\.wireValue))
    case .record(let fields): fields.wireValue
    }
  }

  /// The value in the tools' words; what tools have no word for is its text.
  package init(_ value: WireValue) {
    switch value {
    case .null, .undefined: self = .null
    case .bool(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .number(value)
    case .text(let text): self = .text(text)
    case .array(let elements): self = .list(elements.map(ToolValue.init))
    case .map: self = .record([ToolArgument](value))
    case .unsigned, .bigInteger, .bytes, .tagged, .simple: self = .text(value.jsonText)
    }
  }
}

extension [ToolArgument] {
  /// A map of the arguments.
  package var wireValue: WireValue {
    .map(map { WireMember(.text($0.name), $0.value.wireValue) })
  }

  /// The members of a map that have text keys.
  package init(_ value: WireValue) {
    self = []
    guard case .map(let members) = value else { return }
    for member in members {
      guard case .text(let name) = member.key else { continue }
      append(ToolArgument(name, ToolValue(member.value)))
    }
  }
}

extension ToolFailure {
  /// A map of what is known about the failure.
  package var wireValue: WireValue {
    var value: WireValue = ["code": .text(code), "message": .text(message)]
    value["offset"] = offset.map { .integer(Int64($0)) }
    return value
  }
}
