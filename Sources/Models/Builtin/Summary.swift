/// The most informative sentences of a text, word for word and in their order.
///
/// The method is SumBasic (Nenkova and Vanderwende, 2005): a sentence weighs as much as its terms
/// are frequent; when one is chosen its terms lose weight, so that the next one says something
/// else. Latin words, numbers and pairs of neighbouring Han characters are the terms. All in
/// integers, so that every machine chooses alike.
struct Summary {
  /// The sentences chosen, each a slice of the text.
  let sentences: [Substring]

  /// Chooses at most `sentencesMax` sentences, about one in three of a short text, none twice.
  init(of text: some StringProtocol, sentencesMax: Int) {
    var weights: [String: Int] = [:]
    var candidates = Self.candidates(in: text, without: Self.stopWords, &weights)
    // A text of nothing but small words is still the only one there is.
    if candidates.isEmpty { candidates = Self.candidates(in: text, without: [], &weights) }
    let count = min(sentencesMax, (candidates.count + 2) / 3)
    var chosen: [Int] = []
    while chosen.count < count, let best = Self.best(candidates, chosen, weights) {
      chosen.append(best)
      for term in candidates[best].terms { weights[term] = (weights[term] ?? 0) / Self.wear }
    }
    sentences = chosen.sorted().map { candidates[$0].sentence }
  }

  private static func candidates(
    in text: some StringProtocol, without stopWords: Set<String>, _ weights: inout [String: Int]
  ) -> [Candidate] {
    var candidates: [Candidate] = []
    var seen: Set<Substring> = []
    for sentence in Sentences(text) {
      let terms = Set(terms(of: sentence, without: stopWords))
      guard !terms.isEmpty else { continue }
      for term in terms { weights[term, default: 0] += weightOfOne }
      guard seen.insert(sentence).inserted else { continue }
      candidates.append(Candidate(sentence: sentence, terms: Array(terms)))
    }
    return candidates
  }

  private struct Candidate {
    let sentence: Substring
    let terms: [String]
  }

  /// The weight of a term that occurs in one sentence; large enough to be divided several times.
  private static let weightOfOne = 1_024
  /// What the weight of a term that has been said is divided by.
  private static let wear = 2
  /// Added to the number of terms before the mean is taken; the mean alone likes single words.
  private static let shortness = 4

  private static func best(
    _ candidates: [Candidate], _ chosen: [Int], _ weights: [String: Int]
  ) -> Int? {
    var best: (index: Int, score: Int)?
    for (index, candidate) in candidates.enumerated() where !chosen.contains(index) {
      let sum = candidate.terms.reduce(0) { $0 + (weights[$1] ?? 0) }
      // Whoever writes says what it is about first.
      let score = sum * (index == 0 ? 13 : 10) / (candidate.terms.count + shortness)
      if score > best?.score ?? -1 { best = (index, score) }
    }
    return best?.index
  }

  private static func terms(
    of sentence: Substring, without stopWords: Set<String>
  ) -> [String] {
    var terms: [String] = []
    var previous: String?
    for lexeme in Lexemes(sentence) {
      switch lexeme.kind {
      case .ideograph:
        if stopWords.contains(lexeme.text) {
          previous = nil
          continue
        }
        terms.append(previous.map { $0 + lexeme.text } ?? lexeme.text)
        previous = lexeme.text
        continue
      case .word where !stopWords.contains(lexeme.text): terms.append(lexeme.text)
      case .number: terms.append(lexeme.text)
      case .word, .symbol: break
      }
      previous = nil
    }
    return terms
  }

  private static let stopWords: Set<String> = [
    "a", "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
    "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his",
    "how", "i", "if", "in", "into", "is", "it", "its", "me", "more", "my", "no", "not", "of", "on",
    "or", "our", "she", "so", "some", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "us", "was", "we", "were", "what", "when",
    "where", "which", "who", "will", "with", "would", "you", "your",
    "的", "了", "是", "在", "和", "也", "就", "都", "着", "吗", "呢", "吧", "啊", "与", "及", "或", "而", "之",
  ]
}
