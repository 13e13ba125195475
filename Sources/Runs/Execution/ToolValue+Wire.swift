internal import Models
internal import Wire

/// Tools speak in values of their own; events and checkpoints are open values.
extension ToolValue {
  var wireValue: WireValue {
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
  init(_ value: WireValue) {
    switch value {
    case .null, .undefined: self = .null
    case .bool(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .number(value)
    case .text(let text): self = .text(text)
    case .array(let elements): self = .list(elements.map(ToolValue.init))
    case .map: self = .record([ToolArgument](value))
    case .unsigned, .bigInteger, .bytes, .tagged, .simple:
      self = .text(String(decoding: value.json(), as: UTF8.self))
    }
  }
}

extension [ToolArgument] {
  var wireValue: WireValue {
    .map(map { WireMember(.text($0.name), $0.value.wireValue) })
  }

  /// The members of a map that have text keys.
  init(_ value: WireValue) {
    self = []
    guard case .map(let members) = value else { return }
    for member in members {
      guard case .text(let name) = member.key else { continue }
      append(ToolArgument(name, ToolValue(member.value)))
    }
  }
}

extension ToolExchange {
  var wireValue: WireValue {
    var value: WireValue = [
      "id": .text(call.id), "name": .text(call.name), "arguments": call.arguments.wireValue,
    ]
    switch outcome {
    case .answered(let result): value["result"] = result.wireValue
    case .failed(let failure): value["failure"] = failure.wireValue
    }
    return value
  }

  init?(_ value: WireValue) {
    guard case .text(let id)? = value["id"], case .text(let name)? = value["name"],
      let arguments = value["arguments"]
    else { return nil }
    let call = ToolCall(id: id, name: name, arguments: [ToolArgument](arguments))
    if let result = value["result"] {
      self.init(call, .answered(ToolValue(result)))
    } else if let failure = value["failure"].flatMap({ ToolFailure($0) }) {
      self.init(call, .failed(failure))
    } else {
      return nil
    }
  }
}

extension ToolFailure {
  var wireValue: WireValue {
    .record(
      ("code", .text(code)), ("message", .text(message)),
      ("offset", offset.map { .integer(Int64($0)) }))
  }

  fileprivate init?(_ value: WireValue) {
    guard case .text(let code)? = value["code"], case .text(let message)? = value["message"] else {
      return nil
    }
    var offset: Int?
    if case .integer(let number)? = value["offset"] { offset = Int(clamping: number) }
    self.init(code: code, message: message, offset: offset)
  }
}
