/// The bytes of base 16 text, blanks skipped.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.utf8.filter { $0 != UInt8(ascii: " ") }.map { UInt8(ascii: "0") <= $0 ? $0 : 0 }
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    nibble(digits[$0]) << 4 | nibble(digits[$0 + 1])
  }
}

private func nibble(_ digit: UInt8) -> UInt8 {
  digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
}

/// Bytes as base 16 text.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }.joined()
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func utf8(_ text: String) -> [UInt8] { [UInt8](text.utf8) }
