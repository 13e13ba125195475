/// Cuts text into the tokens that models of this server emit and count.
///
/// A token is the white space before it and then one of: a run of letters and digits (with
/// apostrophes inside), one Han character or kana, one other sign; combining marks stay with what
/// they modify. White space at the end of a text is a token of its own. No token is longer than
/// `scalarsMax`, and the tokens of a text joined give the text.
package struct Tokenizer: Sequence, IteratorProtocol {
  /// The most Unicode scalars of one token.
  package static let scalarsMax = 64

  private let scalars: Substring.UnicodeScalarView
  private var position: String.Index

  /// The tokens of `text`, first to last.
  package init(_ text: some StringProtocol) {
    scalars = Substring(text).unicodeScalars
    position = scalars.startIndex
  }

  /// The number of tokens in `text`.
  package static func count(_ text: String) -> Int {
    var tokens = Tokenizer(text)
    var count = 0
    while tokens.next() != nil { count += 1 }
    return count
  }

  package mutating func next() -> Substring? {
    guard position < scalars.endIndex else { return nil }
    let start = position
    var room = Self.scalarsMax
    take(while: { $0 == .space }, &room)
    guard position < scalars.endIndex, room > 0 else { return token(from: start) }
    switch scalars[position].kind {
    case .letter, .digit: takeWord(&room)
    case .space, .ideograph, .mark, .symbol: takeOne(&room)
    }
    return token(from: start)
  }

  private func token(from start: String.Index) -> Substring {
    Substring(scalars[start..<position])
  }

  private mutating func take(while holds: (ScalarKind) -> Bool, _ room: inout Int) {
    while position < scalars.endIndex, room > 0, holds(scalars[position].kind) { advance(&room) }
  }

  private mutating func takeWord(_ room: inout Int) {
    while true {
      take(while: { $0 == .letter || $0 == .digit || $0 == .mark }, &room)
      guard position < scalars.endIndex, scalars[position].folded == "'", room > 1 else { return }
      let after = scalars.index(after: position)
      guard after < scalars.endIndex, scalars[after].kind == .letter else { return }
      advance(&room)
    }
  }

  private mutating func takeOne(_ room: inout Int) {
    advance(&room)
    while position < scalars.endIndex, room > 0, scalars[position].kind == .mark {
      let joins = scalars[position].isJoiner
      advance(&room)
      if joins, position < scalars.endIndex, room > 0, scalars[position].kind == .symbol {
        advance(&room)
      }
    }
  }

  private mutating func advance(_ room: inout Int) {
    scalars.formIndex(after: &position)
    room -= 1
  }
}
