package import Contract

/// What a client wants to read (RFC 9110 §12.5.1): a weight for every media type of the table.
///
/// Decided here, because the RFC leaves it open: a malformed member is left out as if it were not
/// there; a field without a good member says nothing, like an absent one; parameters other than `q`
/// do not choose, because no type here has variants, except that a charset must be UTF-8. Equal
/// weights go to the first offer.
package struct AcceptHeader: Sendable {
  /// Thousandths; 0 is "not acceptable".
  private var weights: InlineArray<6, UInt16>
  /// How exactly the range that set each weight named its type; 0 while none did.
  private var precisions: InlineArray<6, UInt8>
  private var isEmpty: Bool

  /// A field that is absent or says nothing: everything is as welcome.
  package init() {
    weights = InlineArray(repeating: 0)
    precisions = InlineArray(repeating: 0)
    isEmpty = true
  }

  /// All `accept` fields of a request together.
  package init(_ head: borrowing FieldSection) {
    self.init()
    var entry = head.next("accept", after: nil)
    while let found = entry {
      let value = found.value
      if isEmpty, let usual = Self.usual(head, value) {
        self = usual
      } else {
        read(FieldReader(head.bytes, in: value))
      }
      entry = head.next("accept", after: found)
    }
  }

  /// The format for one answer that the client likes best; nil when it accepts none.
  package func choiceForAnswer() -> BodyFormat? {
    best(of: Self.answers) { weight(of: $0.mediaType) }
  }

  /// The format for a feed that the client likes best; nil when it accepts none.
  package func choiceForFeed() -> FeedFormat? {
    best(of: Self.feeds) { weight(of: $0.mediaType) }
  }

  /// The format for a refusal; nil when nothing tells one that the client reads.
  package func choiceForRefusal() -> BodyFormat? {
    best(of: Self.answers) { format in
      format.signs.reduce(weight(of: format.mediaType)) { max($0, weight(named: $1)) }
    }
  }

  /// The formats in the server's own order of preference.
  private static let answers = BodyFormat.allCases
  private static let feeds = FeedFormat.allCases

  private func best<Offer>(of offers: [Offer], weight: (Offer) -> UInt16) -> Offer? {
    var chosen: Offer?
    var highest: UInt16 = 0
    for offer in offers {
      let weight = weight(offer)
      if weight > highest {
        chosen = offer
        highest = weight
      }
    }
    return chosen
  }

  private func weight(of type: MediaType) -> UInt16 {
    isEmpty ? Self.full : weights[type.rawValue]
  }

  /// The weight of a type that was named itself, 0 where only a wildcard covers it.
  private func weight(named type: MediaType) -> UInt16 {
    precisions[type.rawValue] > MediaRange.wildcardPrecision ? weights[type.rawValue] : 0
  }

  /// The weight of a range that names none.
  private static let full: UInt16 = 1000
}

// Reading.
extension AcceptHeader {
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

  /// The result for the values that nearly all clients send, found by one comparison.
  private static func usual(_ head: borrowing FieldSection, _ value: Range<Int>) -> AcceptHeader? {
    if head.equals(value, "*/*") { return anything }
    for type in MediaType.allCases where head.equals(value, type.row.name) {
      return exactly[type.rawValue]
    }
    return nil
  }

  private static let anything = AcceptHeader(reading: "*/*")
  private static let exactly = MediaType.allCases.map { AcceptHeader(reading: "\($0.row.name)") }

  private init(reading text: String) {
    self.init()
    let bytes = [UInt8](text.utf8)
    read(FieldReader(bytes, in: bytes.indices))
  }
}
