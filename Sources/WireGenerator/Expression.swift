/// A default value as source, with the names in it that may have to be qualified elsewhere.
struct Expression: Hashable, Sendable, CustomStringConvertible {
  enum Piece: Hashable, Sendable {
    case verbatim(String)
    case name(String)
  }

  let pieces: [Piece]

  var description: String { source { $0 } }

  /// The source with every free name replaced by what `rename` makes of it.
  func source(_ rename: (String) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .verbatim(let text): text
      case .name(let name): rename(name)
      }
    }.joined()
  }
}
