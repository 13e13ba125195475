internal import Models
internal import Wire

/// Cuts passages into chunks of a size that can be searched and shown.
struct Chunker: Sendable {
  private let target: Int
  private let most: Int
  private let least: Int
  private let context: Int

  init(_ config: ChunkingConfig) {
    target = config.targetTokens.value
    most = config.maxTokens.value
    least = config.minTokens.value
    context = config.mediaContextBlocks.value
  }

  /// A chunk in the making.
  private struct Draft {
    var passages: [Passage] = []
    var tokens = 0

    mutating func append(_ piece: Piece) {
      tokens += piece.tokens + (passages.isEmpty ? 0 : 1)
      passages.append(piece.passage)
    }
  }

  private struct Piece {
    let passage: Passage
    let tokens: Int
  }

  /// The chunks of a text, and behind them one for each picture or file with what is around it.
  ///
  /// No chunk has more tokens than the most.
  func chunks(of passages: [Passage]) -> [String] {
    var drafts: [Draft] = []
    var draft = Draft()
    for piece in passages.flatMap(pieces) {
      // What joins two passages may be a token of its own.
      let tokens = draft.tokens + piece.tokens + 1
      let isEnough = draft.tokens >= least && (tokens > target || piece.passage.kind == .heading)
      if !draft.passages.isEmpty, tokens > most || isEnough {
        drafts.append(draft)
        draft = Draft()
      }
      draft.append(piece)
    }
    if !draft.passages.isEmpty { drafts.append(draft) }
    return merged(drafts).map(\.passages.joined) + mediaChunks(of: passages)
  }

  /// The drafts; a last one that is too short goes into the one before where there is room.
  private func merged(_ drafts: [Draft]) -> [Draft] {
    guard drafts.count > 1, let last = drafts.last, last.tokens < least else { return drafts }
    var drafts = Array(drafts.dropLast())
    guard drafts[drafts.count - 1].tokens + last.tokens + 1 <= most else { return drafts + [last] }
    drafts[drafts.count - 1].passages += last.passages
    return drafts
  }

  /// A passage in pieces of which none is too long.
  private func pieces(of passage: Passage) -> [Piece] {
    var pieces: [Piece] = []
    var (text, tokens) = ("", 0)
    var rest = Tokenizer(passage.text)
    while let token = rest.next() {
      let isLineBegin = token.first?.isNewline == true && tokens >= least
      if tokens >= most || tokens >= target && isLineBegin {
        pieces.append(Piece(passage: Passage(passage.kind, text), tokens: tokens))
        (text, tokens) = ("", 0)
        text += token.drop(while: \.isWhitespace)
      } else {
        text += token
      }
      tokens += 1
    }
    if !text.isEmpty { pieces.append(Piece(passage: Passage(passage.kind, text), tokens: tokens)) }
    return pieces
  }

  /// Each picture and file with the passages around it, as many as fit, the nearest first.
  private func mediaChunks(of passages: [Passage]) -> [String] {
    guard context > 0 else { return [] }
    let lengths = passages.map { Tokenizer.count($0.text) }
    return passages.indices.filter { passages[$0].kind == .media && lengths[$0] <= most }
      .map { index in
        var (low, high, tokens) = (index, index, lengths[index])
        for distance in 1...context {
          let before = index - distance
          if before >= 0, low == before + 1, tokens + lengths[before] + 1 <= most {
            low = before
            tokens += lengths[before] + 1
          }
          let after = index + distance
          if after < passages.count, high == after - 1, tokens + lengths[after] + 1 <= most {
            high = after
            tokens += lengths[after] + 1
          }
        }
        return passages[low...high].joined
      }
  }
}
