/// The language an answer is written in.
enum AnswerLanguage: CaseIterable {
  case english, chinese

  /// Chinese where an input has at least as many Han characters as words of letters.
  init(of input: String) {
    var han = 0
    var words = 0
    for lexeme in Lexemes(input) {
      switch lexeme.kind {
      case .ideograph where lexeme.text.unicodeScalars.allSatisfy(\.properties.isIdeographic):
        han += 1
      case .ideograph, .word: words += 1
      case .number, .symbol: break
      }
    }
    self = han > 0 && han >= words ? .chinese : .english
  }
}
