/// What an input asks for.
struct RequestReader {
  /// The most Unicode scalars of an input that is read as a request from end to end; of a longer
  /// one, which is material more than request, only the first and the last sentence are.
  static let requestMax = 2_000
  /// The most needs of one input; what comes after is left over.
  static let needsMax = 16

  /// What can be had from tools, in the order it was asked for; nothing stands in it twice.
  private(set) var needs: [Need] = []
  /// The sentences that ask for nothing a tool could give, but say something.
  private(set) var leftovers: [Substring] = []

  /// Reads an input.
  init(_ input: String) {
    if let expression = Self.longExpression(in: input) {
      needs = [.arithmetic(expression)]
      return
    }
    for sentence in Self.request(in: input) { read(sentence) }
  }

  /// The beginning of an input that is one expression longer than any that is worked out: enough of
  /// it to be refused for its length.
  private static func longExpression(in input: String) -> String? {
    let scalars = input.unicodeScalars.lazy.map(\.folded)
    guard input.unicodeScalars.count > requestMax, ArithmeticFinder.isExpression(scalars) else {
      return nil
    }
    var expression = String.UnicodeScalarView()
    expression.append(contentsOf: scalars.prefix(Calculator.bytesMax + 1))
    return String(expression)
  }

  private static func request(in input: String) -> [Substring] {
    let sentences = Array(Sentences(input))
    guard input.unicodeScalars.count > requestMax, let first = sentences.first,
      let last = sentences.last
    else { return sentences }
    let ends = sentences.count > 1 ? [first, last] : [first]
    return ends.filter { $0.unicodeScalars.count <= requestMax }
  }

  private mutating func read(_ sentence: Substring) {
    let lexemes = Array(Lexemes(sentence))
    let phrases = PhraseBook.standard.matches(in: lexemes).map { ($0.range.lowerBound, $0.need) }
    let arithmetic = ArithmeticFinder(lexemes).matches
      .map { ($0.range.lowerBound, Need.arithmetic($0.expression)) }
    let found = (phrases + arithmetic).sorted { $0.0 < $1.0 }.map(\.1)
    if found.isEmpty, Self.saysSomething(lexemes) { leftovers.append(sentence) }
    for need in found where !needs.contains(need) {
      guard needs.count < Self.needsMax else {
        leftovers.append(sentence)
        return
      }
      needs.append(need)
    }
  }

  /// Whether a sentence wants more than to be polite: three words, or four Han characters.
  private static func saysSomething(_ lexemes: [Lexeme]) -> Bool {
    let words = lexemes.count { $0.kind == .word }
    let ideographs = lexemes.count { $0.kind == .ideograph }
    return words * 4 + ideographs * 3 >= 12
  }
}
