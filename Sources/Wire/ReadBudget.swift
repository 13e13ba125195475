/// What is left of the limits while one body is read.
struct ReadBudget: Sendable {
  private var depth: Int
  private var items: Int

  init(_ limits: DecodeLimits) {
    depth = limits.depth
    items = limits.items
  }

  /// Goes one level deeper, at the head that begins at `offset`.
  @inline(__always)
  mutating func descend(at offset: Int) throws(DecodeError) {
    guard depth > 0 else {
      throw DecodeError(.tooDeep, at: offset, "too many levels inside each other")
    }
    depth -= 1
  }

  @inline(__always)
  mutating func ascend() { depth += 1 }

  /// Counts one item that begins at `offset`.
  @inline(__always)
  mutating func spend(at offset: Int) throws(DecodeError) {
    guard items > 0 else { throw DecodeError(.tooCostly, at: offset, "too many items in one body") }
    items -= 1
  }
}
