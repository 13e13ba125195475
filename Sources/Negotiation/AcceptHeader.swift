package import Contract

/// What a client wants to read (RFC 9110 §12.5.1): the best of the server's formats for each kind
/// of answer.
package struct AcceptHeader: Sendable {
  /// The format for one answer that the client likes best; nil when it accepts none.
  package let choiceForAnswer: BodyFormat?
  /// The format for a feed that the client likes best; nil when it accepts none.
  package let choiceForFeed: FeedFormat?
  /// Whether the client likes that feed better than that answer.
  package let prefersFeed: Bool
  /// The format for a refusal; nil when nothing tells one that the client reads.
  package let choiceForRefusal: BodyFormat?

  /// All `accept` fields of a request together.
  package init(_ head: borrowing FieldSection) {
    switch head.single("accept") {
    case .absent: self = Self.silent
    case .value(let value): self = Self.usual(head, value) ?? Self(MediaWeights(head))
    case .repeated: self = Self(MediaWeights(head))
    }
  }

  private init(_ weights: MediaWeights) {
    choiceForAnswer = Self.best(BodyFormat.allCases) { weights[$0.mediaType] }
    choiceForFeed = Self.best(FeedFormat.negotiated) { weights[$0.mediaType] }
    let answer = choiceForAnswer.map { weights[$0.mediaType] } ?? 0
    prefersFeed = choiceForFeed.map { weights[$0.mediaType] > answer } ?? false
    choiceForRefusal = Self.best(BodyFormat.allCases) { format in
      format.signs.reduce(weights[format.mediaType]) { max($0, weights[named: $1]) }
    }
  }

  /// The first of the offers with the greatest weight, in the server's own order of preference.
  private static func best<Offer>(_ offers: [Offer], weight: (Offer) -> UInt16) -> Offer? {
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

  /// The result for the values that nearly all clients send, found by one comparison.
  private static func usual(_ head: borrowing FieldSection, _ value: Range<Int>) -> AcceptHeader? {
    for (text, header) in usualValues where head.equals(value, text) { return header }
    return nil
  }

  private static let silent = AcceptHeader(MediaWeights())
  private static let usualValues: [(text: StaticString, header: AcceptHeader)] =
    (["*/*"] + MediaType.allCases.map(\.row.name)).map { text in
      var head = FieldSection()
      head.append(name: "accept", value: text)
      return (text, AcceptHeader(MediaWeights(head)))
    }
}
