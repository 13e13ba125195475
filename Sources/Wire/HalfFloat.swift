/// An IEEE 754 binary16 number by its bits, so that no processor needs to know the format.
struct HalfFloat {
  let bits: UInt16

  init(bits: UInt16) {
    self.bits = bits
  }

  /// The half that has exactly the value of `single`, or nil; NaN has none here.
  init?(exactly single: Float) {
    let sign = UInt16(truncatingIfNeeded: single.bitPattern >> 16) & 0x8000
    let exponent = Int(single.bitPattern >> 23 & 0xff) - 127
    let fraction = single.bitPattern & 0x7f_ffff
    switch exponent {
    case 128:
      guard fraction == 0 else { return nil }
      bits = sign | 0x7c00
    case -14...15:
      guard fraction & 0x1fff == 0 else { return nil }
      bits = sign | UInt16(exponent + 15) << 10 | UInt16(truncatingIfNeeded: fraction >> 13)
    case -24 ..< -14:
      // Subnormal halves are multiples of 2^-24: the implicit one moves into the fraction.
      let shift = UInt32(-1 - exponent)
      let whole = fraction | 0x80_0000
      guard whole & ((1 << shift) - 1) == 0 else { return nil }
      bits = sign | UInt16(truncatingIfNeeded: whole >> shift)
    default:
      guard exponent == -127, fraction == 0 else { return nil }
      bits = sign
    }
  }

  /// The same value as a double.
  var double: Double {
    let magnitude: Double
    let fraction = Double(bits & 0x3ff)
    switch bits >> 10 & 0x1f {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = bits & 0x3ff == 0 ? .infinity : .nan
    case let exponent:
      magnitude = Double(sign: .plus, exponent: Int(exponent) - 25, significand: fraction + 1024)
    }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
