/// What a mock run does, step by step; it stands in the run's metadata under `mock`.
///
///     {"pace_ms": 5, "burst": 1, "steps": [
///       {"tokens": ["Hello", " world"]},
///       {"generate": {"count": 1000, "bytes": 32}},
///       {"text": "Cut into tokens like every answer."},
///       {"delay_ms": 200},
///       {"call": {"tool": "calculator", "arguments": {"expression": "6*7"}}},
///       {"fail": {"code": "UPSTREAM_BUSY", "message": "try later"}},
///       {"hang": true}
///     ]}
///
/// Neighbouring calls are one batch and end a turn; the answer is all that is emitted after the
/// last batch. After each `burst` tokens there is a pause of `pace_ms`.
package struct MockScript: Hashable, Sendable {
  /// One thing the mock does.
  package enum Step: Hashable, Sendable {
    case tokens([String])
    /// So many tokens of so many bytes, all different as far as the bytes allow.
    case generate(count: Int, bytes: Int)
    case text(String)
    case delay(milliseconds: Int)
    case call(tool: String, arguments: [ToolArgument])
    case fail(code: String, message: String)
    /// Does nothing until the caller ends the run.
    case hang
  }

  /// The field of a run's metadata that holds the script.
  package static let metadataField = "mock"
  /// The most steps.
  package static let stepsMax = 256
  /// The most tokens that one step writes out.
  package static let writtenTokensMax = 1_000
  /// The most tokens that one step generates.
  package static let tokensMax = 10_000_000
  /// The most bytes of a token, a tool's name, a message.
  package static let tokenBytesMax = 4_096
  /// The most bytes that all steps together emit.
  package static let outputBytesMax = 64 << 20
  /// The longest delay or pause, in milliseconds; as long as a run may take.
  package static let delayMax = 3_600_000

  /// Milliseconds between bursts; 0 for none.
  package let pace: Int
  /// Tokens between pauses.
  package let burst: Int
  /// What it does, in order.
  package let steps: [Step]

  /// Refuses what breaks a limit, with its path.
  package init(pace: Int, burst: Int, steps: [Step]) throws(MockScriptError) {
    let root = Self.metadataField
    try Self.check(pace, 0...Self.delayMax, at: "\(root).pace_ms")
    try Self.check(burst, 1...Self.tokensMax, at: "\(root).burst")
    guard steps.count <= Self.stepsMax else {
      throw MockScriptError(at: "\(root).steps", .tooMany(Self.stepsMax))
    }
    var bytes = 0
    for (index, step) in steps.enumerated() {
      let path = "\(root).steps[\(index)]"
      try step.check(at: path)
      bytes += step.outputBytes
      guard bytes <= Self.outputBytesMax else {
        throw MockScriptError(at: path, .tooMuchOutput(bytesMax: Self.outputBytesMax))
      }
      if index > 0, steps[index - 1].endsRun { throw MockScriptError(at: path, .unreachable) }
    }
    self.pace = pace
    self.burst = burst
    self.steps = steps
  }

  static func check(
    _ value: Int, _ range: ClosedRange<Int>, at path: String
  ) throws(MockScriptError) {
    guard range.contains(value) else { throw MockScriptError(at: path, .outOfRange(range)) }
  }
}
