/// Takes secrets out of a text that is written piece by piece, where one may lie across several.
///
/// A piece waits while its end may begin a secret, so at most `SecretSieve.heldMax` bytes do.
/// Pieces without a secret stay as they are; of a secret the piece in which it begins keeps the
/// mark, and pieces that lie inside it are left out.
package struct PieceSieve: Sendable {
  /// A piece as it may be written.
  package struct Piece: Hashable, Sendable {
    /// Its number among the pieces that were taken.
    package let index: Int
    package let text: String
    /// Whether anything of it was taken out.
    package let isRedacted: Bool
  }

  private struct Waiting {
    let index: Int
    let text: String
    var clean: [UInt8] = []
    var isRedacted = false
    /// The bytes whose fate is known.
    var settled = 0

    var left: Int { text.utf8.count - settled }

    mutating func keep(_ count: Int) {
      clean += text.utf8.dropFirst(settled).prefix(count)
      settled += count
    }

    mutating func drop(_ count: Int, isFirst: Bool) {
      if isFirst { clean += Array(Redaction.mark.utf8) }
      isRedacted = true
      settled += count
    }

    /// What is written of it; nil when nothing is left.
    var piece: Piece? {
      guard isRedacted else { return Piece(index: index, text: text, isRedacted: false) }
      guard !clean.isEmpty else { return nil }
      // Every cut lies beside an ASCII character, so no character is torn.
      let rest = String(decoding: clean, as: UTF8.self)
      return Piece(index: index, text: rest, isRedacted: true)
    }
  }

  private var sieve = SecretSieve()
  private var waiting: [Waiting] = []

  package init() {}

  /// The pieces that may be written now that `text` has come.
  package mutating func take(_ text: String, at index: Int) -> [Piece] {
    guard !text.isEmpty else { return [] }
    waiting.append(Waiting(index: index, text: text))
    for byte in text.utf8 { sieve.take(byte) }
    return settle()
  }

  /// The pieces that waited for what does not come any more.
  package mutating func end() -> [Piece] {
    sieve.end()
    return settle()
  }

  private mutating func settle() -> [Piece] {
    var pieces: [Piece] = []
    for fate in sieve.settled() {
      switch fate {
      case .kept(let count): settle(count, &pieces) { $0.keep($1) }
      case .secret(let count, var isFirst):
        settle(count, &pieces) { piece, count in
          piece.drop(count, isFirst: isFirst)
          isFirst = false
        }
      }
    }
    return pieces
  }

  /// Gives the next `count` bytes to the pieces that they belong to.
  private mutating func settle(
    _ count: Int, _ pieces: inout [Piece], _ body: (inout Waiting, Int) -> Void
  ) {
    var count = count
    while count > 0 {
      let part = min(count, waiting[0].left)
      body(&waiting[0], part)
      count -= part
      guard waiting[0].left == 0 else { return }
      if let piece = waiting.removeFirst().piece { pieces.append(piece) }
    }
  }
}
