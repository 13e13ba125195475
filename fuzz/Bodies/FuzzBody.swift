/// A parser's properties as one function of any bytes.
package struct FuzzBody: Sendable {
  /// The name of its folders under `corpus` and `crashes`, and of the driver's choice.
  package let name: String
  /// Says which property does not hold for the bytes.
  package let check: @Sendable ([UInt8]) throws(BrokenProperty) -> Void

  /// Every body; the last one breaks on purpose, to show that a break is seen.
  package static let all: [FuzzBody] = [
    FuzzBody(name: "cbor", check: fuzzCBOR),
    FuzzBody(name: "json", check: fuzzJSON),
    FuzzBody(name: "records", check: fuzzRecords),
    FuzzBody(name: "parameters", check: fuzzParameters),
    FuzzBody(name: "diagnostic", check: fuzzDiagnostic),
    FuzzBody(name: "sequence", check: fuzzSequence),
    FuzzBody(name: "markdown", check: fuzzMarkdown),
    FuzzBody(name: "scalars", check: fuzzScalars),
    FuzzBody(name: "accept", check: fuzzAccept),
    FuzzBody(name: "content-type", check: fuzzContentType),
    FuzzBody(name: "authorization", check: fuzzAuthorization),
    FuzzBody(name: "idempotency-key", check: fuzzIdempotencyKey),
    FuzzBody(name: "cursor", check: fuzzCursor),
    FuzzBody(name: "target", check: fuzzTarget),
    FuzzBody(name: "frames", check: fuzzFrames),
    FuzzBody(name: "connection", check: fuzzConnection),
    FuzzBody(name: "messages", check: fuzzMessages),
    FuzzBody(name: "websocket", check: fuzzWebSocket),
    FuzzBody(name: "jwt", check: fuzzJSONWebToken),
    FuzzBody(name: "cwt", check: fuzzCBORWebToken),
    FuzzBody(name: "tool-server", check: fuzzToolServer),
    canary,
  ]

  /// Breaks when its input begins with three bytes that no chance would find at once.
  package static let canary = FuzzBody(name: "canary", check: fuzzCanary)
}

/// A property that does not hold.
package struct BrokenProperty: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Breaks the property that is named unless it holds.
func hold(_ isTrue: Bool, _ property: String) throws(BrokenProperty) {
  guard isTrue else { throw BrokenProperty(property) }
}

@Sendable
private func fuzzCanary(_ bytes: [UInt8]) throws(BrokenProperty) {
  try hold(!bytes.starts(with: [0xca, 0x4a, 0x27]), "the canary breaks on purpose")
}
