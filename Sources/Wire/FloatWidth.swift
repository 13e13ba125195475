/// The three widths of a CBOR float, by the additional information of their heads (RFC 8949 §3.3).
enum FloatWidth: UInt8 {
  case half = 25
  case single = 26
  case double = 27

  var bytes: Int {
    switch self {
    case .half: 2
    case .single: 4
    case .double: 8
    }
  }

  /// The NaN without a payload.
  var quietNaN: UInt64 {
    switch self {
    case .half: 0x7e00
    case .single: 0x7fc0_0000
    case .double: 0x7ff8_0000_0000_0000
    }
  }

  /// The number with these bits.
  func value(_ bits: UInt64) -> Double {
    switch self {
    case .half: HalfFloat(bits: UInt16(truncatingIfNeeded: bits)).double
    case .single: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case .double: Double(bitPattern: bits)
    }
  }

  /// The bits of a number in this width, or nil when they would be those of another number.
  func bits(_ value: Double) -> UInt64? {
    guard !value.isNaN else { return quietNaN }
    let single = Float(value)
    switch self {
    case .half:
      guard Double(single) == value, let half = HalfFloat(exactly: single) else { return nil }
      return UInt64(half.bits)
    case .single: return Double(single) == value ? UInt64(single.bitPattern) : nil
    case .double: return value.bitPattern
    }
  }

  /// The narrowest width that keeps the number.
  static func shortest(_ value: Double) -> FloatWidth {
    if half.bits(value) != nil { return .half }
    return single.bits(value) != nil ? .single : .double
  }
}
