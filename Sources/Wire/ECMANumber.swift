/// Doubles as ECMAScript writes them, which is what RFC 8785 §3.2.2.3 asks for.
enum ECMANumber {
  /// The text of a finite double.
  static func text(_ value: Double) -> [UInt8] {
    guard value != 0 else { return [UInt8(ascii: "0")] }
    let (digits, point) = shortest(value.magnitude)
    let sign: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    return sign + text(digits, point)
  }

  /// The digits `0.digits` × 10^`point` in the form that ECMA-262 Number::toString chooses.
  private static func text(_ digits: [UInt8], _ point: Int) -> [UInt8] {
    let zero = UInt8(ascii: "0")
    let dot = UInt8(ascii: ".")
    switch point {
    case digits.count...21 where digits.count <= 21:
      return digits + [UInt8](repeating: zero, count: point - digits.count)
    case 1...21: return digits[..<point] + [dot] + digits[point...]
    case -5...0: return [zero, dot] + [UInt8](repeating: zero, count: -point) + digits
    default:
      let exponent = point - 1
      let mark = [UInt8]((exponent < 0 ? "e-" : "e+").utf8) + [UInt8]("\(abs(exponent))".utf8)
      guard digits.count > 1 else { return digits + mark }
      return digits[..<1] + [dot] + digits[1...] + mark
    }
  }

  /// The shortest digits that read back as `value`, without zeros at either end, and where the
  /// point is.
  private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    // The description has the same shortest digits, only in another form: `12.5`, `5e-324`,
    // `1e+22`.
    let text = [UInt8](value.description.utf8)
    let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
    let exponent = text.dropFirst(mantissa.count + 1).filter { $0 != UInt8(ascii: "+") }
    let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
    let digits = [UInt8](mantissa.filter { $0 != UInt8(ascii: ".") })
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    let kept = digits.dropFirst(leading)
    let trailing = kept.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    let shift = Int(String(decoding: exponent, as: UTF8.self)) ?? 0
    return ([UInt8](kept.dropLast(trailing)), whole.count - leading + shift)
  }
}
