extension MockScript.Step {
  var endsRun: Bool {
    switch self {
    case .fail, .hang: true
    case .tokens, .generate, .text, .delay, .call: false
    }
  }

  /// How much the step emits; it was checked, so that the product is small.
  var outputBytes: Int {
    switch self {
    case .tokens(let tokens): tokens.reduce(0) { $0 + $1.utf8.count }
    case .generate(let count, let bytes): count * bytes
    case .text(let text): text.utf8.count
    case .delay, .call, .fail, .hang: 0
    }
  }

  func check(at path: String) throws(MockScriptError) {
    switch self {
    case .tokens(let tokens):
      guard tokens.count <= MockScript.writtenTokensMax else {
        throw MockScriptError(at: "\(path).tokens", .tooMany(MockScript.writtenTokensMax))
      }
      for (index, token) in tokens.enumerated() {
        try Self.check(token, at: "\(path).tokens[\(index)]")
      }
    case .generate(let count, let bytes):
      try MockScript.check(count, 1...MockScript.tokensMax, at: "\(path).generate.count")
      try MockScript.check(bytes, 1...MockScript.tokenBytesMax, at: "\(path).generate.bytes")
    case .delay(let milliseconds):
      try MockScript.check(milliseconds, 0...MockScript.delayMax, at: "\(path).delay_ms")
    case .call(let tool, _): try Self.check(tool, at: "\(path).call.tool")
    case .fail(let code, let message):
      guard Self.isCode(code) else { throw MockScriptError(at: "\(path).fail.code", .notACode) }
      try Self.check(message, at: "\(path).fail.message")
    case .text, .hang: return
    }
  }

  private static func check(_ text: String, at path: String) throws(MockScriptError) {
    guard !text.isEmpty else { throw MockScriptError(at: path, .missing) }
    guard text.utf8.count <= MockScript.tokenBytesMax else {
      throw MockScriptError(at: path, .tooLong(bytesMax: MockScript.tokenBytesMax))
    }
  }

  /// The most bytes of an error code.
  private static let codeMax = 64

  private static func isCode(_ code: String) -> Bool {
    guard let first = code.utf8.first, code.utf8.count <= codeMax else { return false }
    return (0x41...0x5A).contains(first)
      && code.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
  }
}
