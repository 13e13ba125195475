/// Emits tokens at the script's pace and remembers what was said.
struct MockVoice {
  let pace: Int
  let burst: Int
  let pause: Pause
  private(set) var said = ""
  private(set) var count = 0

  /// The longest single wait of a hanging run, in milliseconds.
  private static let hangPart = 1_000

  init(pace: Int, burst: Int, pause: @escaping Pause) {
    self.pace = pace
    self.burst = burst
    self.pause = pause
  }

  nonisolated(nonsending) mutating func perform(
    _ step: MockScript.Step, _ emit: TokenSink
  ) async throws(ModelError) {
    switch step {
    case .tokens(let tokens):
      for token in tokens { try await say(token, emit) }
    case .generate(let tokens, let bytes):
      for index in 0..<tokens { try await say(Self.token(index, bytes: bytes), emit) }
    case .text(let text):
      for token in Tokenizer(text) { try await say(String(token), emit) }
    case .delay(let milliseconds): try await pause(milliseconds)
    case .fail(let code, let message): throw .upstream(code: code, message: message)
    case .hang:
      for _ in 0..<MockScript.delayMax / Self.hangPart { try await pause(Self.hangPart) }
      throw .timedOut
    case .call: preconditionFailure("calls end a turn and are not among its steps")
    }
  }

  nonisolated(nonsending) private mutating func say(
    _ token: String, _ emit: TokenSink
  ) async throws(ModelError) {
    if pace > 0, count > 0, count % burst == 0 { try await pause(pace) }
    try await emit(token, count)
    said += token
    count += 1
  }

  /// A space and the index in digits, padded with zeros or cut to its last digits.
  private static func token(_ index: Int, bytes: Int) -> String {
    let digits = String(index).suffix(bytes)
    guard bytes > digits.utf8.count else { return String(digits) }
    return " " + String(repeating: "0", count: bytes - digits.utf8.count - 1) + digits
  }
}
