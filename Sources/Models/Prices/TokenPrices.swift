/// What a provider takes for a million tokens.
package struct TokenPrices: Hashable, Sendable {
  /// For those that its model reads.
  package let input: Dollars
  /// For those that its model writes.
  package let output: Dollars

  package init(input: Dollars, output: Dollars) {
    self.input = input
    self.output = output
  }

  private static let tokens: Int128 = 1_000_000

  /// What a turn costs, rounded up to a millionth of a dollar.
  package func cost(of usage: Usage) -> Dollars {
    // Any two integers of 64 bits have products of which two add up within 128.
    let read = Int128(max(0, usage.promptTokens)) * Int128(input.micros)
    let written = Int128(max(0, usage.completionTokens)) * Int128(output.micros)
    let micros = (read + written + Self.tokens - 1) / Self.tokens
    return Dollars(clamping: Int64(clamping: micros))
  }
}
