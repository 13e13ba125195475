internal import Wire

/// One message of JSON-RPC 2.0, as the protocol uses it.
enum MCPMessage: Hashable, Sendable {
  /// The peer's own name of its request, which goes back as it came.
  case request(id: WireValue, method: String)
  case notification(method: String)
  case result(id: Int64, WireValue)
  case error(id: Int64, code: Int64, message: String)
  /// An answer to what this side never asked.
  case stray

  /// The messages that bytes of a server hold: one, or several where an array may stand.
  static func read(_ bytes: [UInt8], mayBeArray: Bool) throws(MCPFailure) -> [MCPMessage] {
    guard bytes.count <= MCPLimits.messageBytesMax else {
      throw .tooLong(bytesMax: MCPLimits.messageBytesMax)
    }
    let value: WireValue
    do throws(DecodeError) {
      value = try WireValue(
        json: bytes,
        limits: DecodeLimits(
          depth: DecodeLimits.standard.depth, items: MCPLimits.messageItemsMax))
    } catch {
      throw .malformed("\(error.message) at byte \(error.offset ?? 0)")
    }
    guard let elements = value.elements else { return [try MCPMessage(value)] }
    guard mayBeArray, (1...MCPLimits.batchMax).contains(elements.count) else {
      throw .malformed("an array where one message stands")
    }
    var messages: [MCPMessage] = []
    for element in elements { messages.append(try MCPMessage(element)) }
    return messages
  }

  private init(_ value: WireValue) throws(MCPFailure) {
    guard value.isMap, value["jsonrpc"] == "2.0" else {
      throw .malformed("no object with jsonrpc 2.0")
    }
    if let method = value["method"] {
      guard let method = method.text else { throw .malformed("a method that is no text") }
      self = try Self.asked(method, id: value["id"])
    } else {
      self = try Self.answer(value)
    }
  }

  private static func asked(_ method: String, id: WireValue?) throws(MCPFailure) -> MCPMessage {
    switch id {
    case nil: return .notification(method: method)
    case .integer(let number)?: return .request(id: .integer(number), method: method)
    case .text(let text)? where text.utf8.count <= MCPLimits.cursorBytesMax:
      return .request(id: .text(text), method: method)
    default: throw .malformed("a request whose id is neither a text nor an integer")
    }
  }

  private static func answer(_ value: WireValue) throws(MCPFailure) -> MCPMessage {
    let (result, error) = (value["result"], value["error"])
    guard (result == nil) != (error == nil) else {
      throw .malformed("neither a method nor one of result and error")
    }
    guard let id = value["id"] else { throw .malformed("an answer without id") }
    guard let error else {
      guard let result, result.isMap else { throw .malformed("a result that is no object") }
      return id.integer.map { .result(id: $0, result) } ?? .stray
    }
    guard let code = error["code"]?.integer, let message = error["message"]?.text else {
      throw .malformed("an error without code and message")
    }
    let sentence = Excerpt.clipped(message, scalarsMax: MCPLimits.sentenceMax)
    guard id != .null else {
      // The server could not read what this side said, which would wait for ever.
      throw .malformed("an answer to nothing: \(sentence)")
    }
    return id.integer.map { .error(id: $0, code: code, message: sentence) } ?? .stray
  }
}

/// What this side writes.
extension MCPMessage {
  static func request(_ id: Int64, _ method: String, _ params: WireValue) -> [UInt8] {
    written(["id": .integer(id), "method": .text(method), "params": params])
  }

  static func notification(_ method: String, _ params: WireValue? = nil) -> [UInt8] {
    var value: WireValue = ["method": .text(method)]
    value["params"] = params
    return written(value)
  }

  static func answer(_ id: WireValue, _ result: WireValue) -> [UInt8] {
    written(["id": id, "result": result])
  }

  /// The answer to a request that nobody here knows.
  static func unknownMethod(_ id: WireValue) -> [UInt8] {
    written([
      "id": id, "error": ["code": .integer(-32601), "message": "this client has no such method"],
    ])
  }

  private static func written(_ value: WireValue) -> [UInt8] {
    var value = value
    value["jsonrpc"] = "2.0"
    return value.json()
  }
}
