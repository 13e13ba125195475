import Testing

@testable import Models

@Suite struct EmbeddingVectorTests {
  private static func cosine(_ left: [Double], _ right: [Double]) -> Double? {
    guard let left = EmbeddingVector(left), let right = EmbeddingVector(right) else { return nil }
    return left.cosine(to: right.bytes.span)
  }

  static let angles: [(left: [Double], right: [Double], cosine: Double)] = [
    ([1, 0], [1, 0], 1), ([1, 0], [0, 1], 0), ([1, 0], [-1, 0], -1), ([3, 4], [6, 8], 1),
    ([1, 1], [1, 0], 0.5.squareRoot()), ([7], [-0.001], -1), ([1e300, 0], [1e-300, 0], 1),
    ([1e308, 1e308], [1, 1], 1), ([.leastNonzeroMagnitude, 0], [1, 0], 1),
  ]

  @Test("the cosine is that of the directions, however long they were", arguments: angles)
  func cosines(_ angle: (left: [Double], right: [Double], cosine: Double)) throws {
    let cosine = try #require(Self.cosine(angle.left, angle.right))
    #expect(abs(cosine - angle.cosine) < 1e-6)
  }

  static let none: [[Double]] = [
    [], [0], [0, 0, 0], [.nan], [1, .infinity], [1, -.infinity],
    [Double](repeating: 1, count: EmbeddingVector.dimensionMax + 1),
  ]

  @Test("numbers without a direction are no vector", arguments: none)
  func refused(_ numbers: [Double]) {
    #expect(EmbeddingVector(numbers) == nil)
  }

  @Test("what is stored has four bytes a number, the lowest first")
  func bytes() {
    #expect(EmbeddingVector([2, 0])?.bytes == [0, 0, 0x80, 0x3F, 0, 0, 0, 0])
  }

  @Test("what is stored and is no vector of this dimension is compared with nothing")
  func damaged() throws {
    let vector = try #require(EmbeddingVector([1, 2]))
    for bytes in [[], [0, 0, 0, 0], [UInt8](repeating: 0, count: 12), [1, 2, 3, 4, 5, 6, 7]] {
      #expect(vector.cosine(to: bytes.span) == nil)
    }
    #expect(vector.cosine(to: [UInt8](repeating: 0xFF, count: 8).span) == nil)
  }
}
