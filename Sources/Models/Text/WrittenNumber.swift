/// A number as people write it: digits, a point with digits behind it, commas between groups of
/// three digits, as in 12,000.5.
struct WrittenNumber {
  /// The values of the digits, without commas and point.
  private(set) var digits: [UInt8] = []
  /// How many of the digits stand after the point.
  private(set) var fraction = 0
  /// How many scalars it takes.
  private(set) var length = 0

  /// The number at the beginning of `scalars`, of at most `scalarsMax` scalars; nil when there is
  /// none.
  init?(_ scalars: some Collection<Unicode.Scalar>, scalarsMax: Int) {
    var index = scalars.startIndex
    var hasPoint = false
    while index != scalars.endIndex, length < scalarsMax {
      let scalar = scalars[index].folded
      let rest = scalars[scalars.index(after: index)...]
      if scalar.kind == .digit {
        digits.append(UInt8(scalar.value - 0x30))
        fraction += hasPoint ? 1 : 0
      } else if scalar == ".", !hasPoint, Self.digits(rest, upTo: 1) == 1 {
        hasPoint = true
      } else if scalar != "," || hasPoint || digits.isEmpty || Self.digits(rest, upTo: 4) != 3 {
        break
      }
      scalars.formIndex(after: &index)
      length += 1
    }
    guard !digits.isEmpty else { return nil }
  }

  /// The number on a plain keyboard, without commas.
  var text: String {
    let whole = digits.dropLast(fraction)
    let behind = digits.suffix(fraction)
    let point = fraction > 0 ? "." : ""
    return whole.map(\.description).joined() + point + behind.map(\.description).joined()
  }

  private static func digits(_ scalars: some Sequence<Unicode.Scalar>, upTo limit: Int) -> Int {
    scalars.prefix(limit).prefix { $0.folded.kind == .digit }.count
  }
}
