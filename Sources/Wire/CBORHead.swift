/// The head of one CBOR item (RFC 8949 §3).
struct CBORHead {
  let major: MajorType
  /// The value in or behind the initial byte; 0 when the length is indefinite.
  let argument: UInt64
  /// The low five bits of the initial byte.
  let additional: UInt8
  /// Where the head begins.
  let offset: Int

  var isIndefinite: Bool { additional == 31 }

  /// The additional information of the shortest head that holds `argument`.
  static func shortest(_ argument: UInt64) -> UInt8 {
    switch argument {
    case ..<24: UInt8(truncatingIfNeeded: argument)
    case ...0xff: 24
    case ...0xffff: 25
    case ...0xffff_ffff: 26
    default: 27
    }
  }
}
