/// A word, a number, a Han character or a sign of an input, folded so that forms that mean the same
/// are equal.
struct Lexeme: Hashable {
  /// What a lexeme is.
  enum Kind {
    case word, number, ideograph, symbol
  }

  /// What it is.
  let kind: Kind
  /// The folded text; a number has no grouping commas.
  let text: String
  /// Whether white space stands before it.
  let isSpaced: Bool
}
