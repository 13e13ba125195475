internal import Models
internal import Wire

/// What came of a call as checkpoints keep it.
extension ToolExchange {
  var wireValue: WireValue {
    var value = call.wireValue
    switch outcome {
    case .answered(let result): value["result"] = result.wireValue
    case .failed(let failure): value["failure"] = failure.wireValue
    }
    return value
  }

  init?(_ value: WireValue) {
    guard let call = ToolCall(value) else { return nil }
    if let result = value["result"] {
      self.init(call, .answered(ToolValue(result)))
    } else if let failure = value["failure"].flatMap({ ToolFailure($0) }) {
      self.init(call, .failed(failure))
    } else {
      return nil
    }
  }
}

/// A call that was not made yet, as checkpoints keep it.
extension ToolCall {
  var wireValue: WireValue {
    ["id": .text(id), "name": .text(name), "arguments": arguments.wireValue]
  }

  init?(_ value: WireValue) {
    guard case .text(let id)? = value["id"], case .text(let name)? = value["name"],
      let arguments = value["arguments"]
    else { return nil }
    self.init(id: id, name: name, arguments: [ToolArgument](arguments))
  }
}

extension ToolFailure {
  fileprivate init?(_ value: WireValue) {
    guard case .text(let code)? = value["code"], case .text(let message)? = value["message"] else {
      return nil
    }
    var offset: Int?
    if case .integer(let number)? = value["offset"] { offset = Int(clamping: number) }
    self.init(code: code, message: message, offset: offset)
  }
}
