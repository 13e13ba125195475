/// One member of an `Accept` field: a media range and its weight (RFC 9110 §12.5.1).
struct MediaRange {
  private let type: Range<Int>
  private let whole: Range<Int>
  /// Thousandths.
  private(set) var weight: UInt16 = 1000
  /// The highest precision of a range with a wildcard.
  static let wildcardPrecision: UInt8 = 2

  /// 1 for `*/*`, 2 for `text/*`, 3 for a type with parameters, 4 for a plain type.
  private(set) var precision: UInt8
  /// False when a charset other than UTF-8 is asked for.
  private(set) var isUTF8 = true

  /// The next member, up to and including its comma; nil when it is malformed.
  init?(_ reader: inout FieldReader) {
    guard let type = reader.token(), reader.take(UInt8(ascii: "/")),
      let subtype = reader.token()
    else { return nil }
    self.type = type
    whole = type.lowerBound..<subtype.upperBound
    let anyType = reader.matches(type, "*")
    let anySubtype = reader.matches(subtype, "*")
    guard anySubtype || !anyType else { return nil }
    precision = anyType ? 1 : anySubtype ? 2 : 4
    guard readParameters(&reader) else { return nil }
    reader.skipSpace()
    guard reader.isAtEnd || reader.take(UInt8(ascii: ",")) else { return nil }
  }

  /// Whether the range names `media` exactly or by a wildcard.
  func covers(_ media: MediaType, in reader: FieldReader) -> Bool {
    guard precision > 1 else { return true }
    let row = media.row
    return precision == Self.wildcardPrecision
      ? reader.matches(type, row.type) : reader.matches(whole, row.name)
  }

  private mutating func readParameters(_ reader: inout FieldReader) -> Bool {
    var hasWeight = false
    while true {
      switch reader.parameter() {
      case .none: return true
      case .empty: continue
      case .malformed: return false
      case .pair(let name, let value):
        if reader.matches(name, "q") {
          // A weight is never quoted: the byte before it is the equals sign.
          guard !hasWeight, reader.bytes[value.lowerBound - 1] == UInt8(ascii: "="),
            let weight = Self.weight(reader.bytes[value])
          else { return false }
          hasWeight = true
          self.weight = weight
        } else {
          if reader.matches(name, "charset") { isUTF8 = reader.matches(value, "utf-8") }
          if precision == 4 { precision = 3 }
        }
      }
    }
  }

  /// RFC 9110 §12.4.2: `0` or `1`, and at most three decimals, which are zeros behind a one.
  private static func weight(_ text: ArraySlice<UInt8>) -> UInt16? {
    guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
      text.count <= 5
    else { return nil }
    guard text.count > 1 else { return first == UInt8(ascii: "1") ? 1000 : 0 }
    guard text[text.startIndex + 1] == UInt8(ascii: ".") else { return nil }
    var thousandths: UInt16 = 0
    var place: UInt16 = 100
    for digit in text.dropFirst(2) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      thousandths += UInt16(digit - UInt8(ascii: "0")) * place
      place /= 10
    }
    guard first == UInt8(ascii: "1") else { return thousandths }
    return thousandths == 0 ? 1000 : nil
  }
}
