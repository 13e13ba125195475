internal import Contract

/// How much a client wants each media type of the table (RFC 9110 §12.4.2), in thousandths.
///
/// Decided here, because the RFC leaves it open: a malformed member is left out as if it were not
/// there; a field without a good member says nothing, like an absent one; parameters other than `q`
/// do not choose, because no type here has variants, except that a charset must be UTF-8. Equal
/// weights go to the first offer.
struct MediaWeights {
  /// 0 is "not acceptable".
  private var weights = InlineArray<7, UInt16>(repeating: 0)
  /// How exactly the range that set each weight named its type; 0 while none did.
  private var precisions = InlineArray<7, UInt8>(repeating: 0)
  private var isEmpty = true

  /// Those of a field that is absent or says nothing: everything is as welcome.
  init() {}

  /// Those of all `accept` fields of a request together.
  init(_ head: borrowing FieldSection) {
    var entry = head.next("accept", after: nil)
    while let found = entry {
      read(FieldReader(head.bytes, in: found.value))
      entry = head.next("accept", after: found)
    }
  }

  /// The weight of a type.
  subscript(type: MediaType) -> UInt16 {
    isEmpty ? Self.full : weights[type.rawValue]
  }

  /// The weight of a type that was named itself, 0 where only a wildcard covers it.
  subscript(named type: MediaType) -> UInt16 {
    precisions[type.rawValue] > MediaRange.wildcardPrecision ? weights[type.rawValue] : 0
  }

  /// The weight of a range that names none.
  private static let full: UInt16 = 1000

  private mutating func read(_ field: FieldReader) {
    var reader = field
    while !reader.isAtEnd {
      reader.skipSpace()
      if reader.take(UInt8(ascii: ",")) { continue }
      guard let range = MediaRange(&reader) else {
        reader.skipMember()
        continue
      }
      note(range, in: reader)
    }
  }

  private mutating func note(_ range: MediaRange, in reader: FieldReader) {
    isEmpty = false
    guard range.isUTF8 else { return }
    for type in MediaType.allCases where range.covers(type, in: reader) {
      let slot = type.rawValue
      if range.precision > precisions[slot] {
        precisions[slot] = range.precision
        weights[slot] = range.weight
      } else if range.precision == precisions[slot] {
        weights[slot] = max(weights[slot], range.weight)
      }
    }
  }
}
