@testable import Wire

/// Values of every shape, drawn from a seed.
struct RandomValue {
  private var random: SeededGenerator
  /// Whether only what JSON keeps as it is may be drawn.
  private let isPlain: Bool

  init(seed: UInt64, isPlain: Bool) {
    random = SeededGenerator(seed: seed)
    self.isPlain = isPlain
  }

  mutating func next(depth: Int = 4) -> WireValue {
    switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return integer()
    case 3: return .double(double())
    case 4, 5: return .text(text())
    case 6:
      return isPlain
        ? .text(text()) : .bytes((0..<count(40)).map { _ in .random(in: 0...255, using: &random) })
    case 7: return isPlain ? integer() : odd()
    case 8, 9: return .array((0..<count(6)).map { _ in next(depth: depth - 1) })
    case 10 where !isPlain:
      return .tagged(.random(in: 4...30, using: &random), next(depth: depth - 1))
    default: return map(depth: depth)
    }
  }

  private mutating func map(depth: Int) -> WireValue {
    var members: [WireValue: WireValue] = [:]
    for _ in 0..<count(20) {
      members[isPlain ? .text(text()) : next(depth: 0)] = next(depth: depth - 1)
    }
    return .map(members.map { WireMember($0.key, $0.value) })
  }

  private mutating func odd() -> WireValue {
    Bool.random(using: &random) ? .undefined : .simple(.random(in: 32...255, using: &random))
  }

  private mutating func integer() -> WireValue {
    let bytes = Int.random(in: 0...12, using: &random)
    let magnitude = (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &random) }
    return WireValue(
      negative: .random(using: &random) && magnitude.contains { $0 != 0 }, magnitude: magnitude)
  }

  private mutating func double() -> Double {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return Double(Int.random(in: -70000...70000, using: &random)) / 4
    case 1: return Double(Float(bitPattern: .random(in: 0...0x7f7f_ffff, using: &random)))
    case 2:
      return isPlain ? -0.0 : [.infinity, -.infinity, .nan].randomElement(using: &random) ?? 0
    case 3: return 0x1p-24 * Double(Int.random(in: 0...2048, using: &random))
    default:
      let value = Double(bitPattern: .random(in: 0...(.max), using: &random))
      return value.isFinite ? value : 0.1
    }
  }

  private mutating func text() -> String {
    let pool: [Unicode.Scalar] = [
      "a", "Z", "0", "9", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1f}", "\u{7f}", "é", "e",
      "\u{301}", "水", "\u{10ffff}", "\u{ffff}", "😀", "`", "|", "*", "_", "-", "#", "<", "1", ".",
    ]
    var scalars = String.UnicodeScalarView()
    for _ in 0..<count(24) {
      scalars.append(pool.randomElement(using: &random) ?? "a")
    }
    return String(scalars)
  }

  private mutating func count(_ limit: Int) -> Int {
    // Small numbers are the common case, so that trees stay small.
    let bound = Int.random(in: 1...limit, using: &random)
    return Int.random(in: 0..<bound, using: &random)
  }
}
