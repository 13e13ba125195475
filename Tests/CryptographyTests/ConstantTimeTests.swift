import Cryptography
import Testing

/// Two byte strings.
struct ComparedBytes: CustomTestStringConvertible, Sendable {
  let first: [UInt8]
  let second: [UInt8]
  let areEqual: Bool
  var testDescription: String { "\(first) and \(second)" }
}

@Suite("comparing in constant time")
struct ConstantTimeTests {
  // swift-format-ignore
  static let rows = [
    ComparedBytes(first: [],        second: [],        areEqual: true),
    ComparedBytes(first: [],        second: [0],       areEqual: false),
    ComparedBytes(first: [1, 2, 3], second: [1, 2, 3], areEqual: true),
    ComparedBytes(first: [1, 2, 3], second: [0, 2, 3], areEqual: false),
    ComparedBytes(first: [1, 2, 3], second: [1, 2, 2], areEqual: false),
    ComparedBytes(first: [1, 2, 3], second: [1, 2],    areEqual: false),
    ComparedBytes(first: [1, 2],    second: [1, 2, 0], areEqual: false),
  ]

  @Test("finds what is equal", arguments: rows)
  func compares(_ row: ComparedBytes) {
    #expect(constantTimeEqual(row.first, row.second) == row.areEqual)
    #expect(constantTimeEqual(row.second.span, row.first.span) == row.areEqual)
  }
}
