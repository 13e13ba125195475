/// A way of asking for a need, as a pattern of lexemes.
///
/// A word stands for itself, a Han character too; `#` is a number in digits, in Chinese or in
/// English; `$` is the end of the sentence, a sign, or the beginning of another wish; `(a|b c)` is
/// one of several; `?` makes what is before it optional.
struct Phrase {
  /// What a phrase asks for.
  enum Asks {
    case clock
    /// So many runs, unless the phrase holds a number.
    case sessionRuns(Int64)

    /// The need, given the number in the phrase.
    func need(_ number: Int64?) -> Need {
      switch self {
      case .clock: .clock
      case .sessionRuns(let count): .sessionRuns(number ?? count)
      }
    }
  }

  /// What it asks for.
  let asks: Asks
  /// The pattern.
  let pattern: String

  init(_ asks: Asks, _ pattern: String) {
    self.asks = asks
    self.pattern = pattern
  }

  /// The runs that a plural without a number stands for.
  private static let some: Int64 = 5

  // swift-format-ignore
  static let all: [Phrase] = [
    Phrase(.clock, "(what|which) (time|date|day|weekday) is (it|today)"),
    Phrase(.clock, "what day of the week is (it|today)"),
    Phrase(.clock, "(what is|what's|tell me|show me|give me) the (current|exact)? (time|date) (now|today|right now|please|in utc|utc|$)"),
    Phrase(.clock, "(the)? current (date and)? (time|date) (now|today|please|in utc|utc|$)"),
    Phrase(.clock, "(today's|todays) (date|weekday)"),
    Phrase(.clock, "(date today|time now|date now)"),
    Phrase(.clock, "(现在|当前|此刻)(是)?几点"),
    Phrase(.clock, "几点(钟)?了"),
    Phrase(.clock, "(现在|当前|此刻)(的)?(日期和)?(时间|日期)(是)?(多少|几点|什么|$)"),
    Phrase(.clock, "现在(是)?什么(时间|时候|日期)"),
    Phrase(.clock, "(今天|今日)(是)?(几号|几月几号|几月几日|什么日子|星期几|周几|礼拜几)"),
    Phrase(.clock, "(今天|今日)(的)?日期"),

    Phrase(.sessionRuns(1), "(last|latest|previous|prior|preceding|recent|earlier) (run|request|task|question)"),
    Phrase(.sessionRuns(some), "(last|latest|previous|prior|preceding|recent|earlier|past) #? (runs|requests|tasks|questions)"),
    Phrase(.sessionRuns(some), "# (most)? (last|latest|previous|recent|earlier) (runs|requests|tasks|questions)"),
    Phrase(.sessionRuns(some), "what (did|have|had) (i|we) (just|already|previously|last)? (ask|asked|say|said|do|done)"),
    Phrase(.sessionRuns(some), "(summarise|summarize|recap|review|summary of) (this|the|our|my) (whole)? (session|conversation|chat)"),
    Phrase(.sessionRuns(some), "(run|session) history"),
    Phrase(.sessionRuns(some), "runs so far"),
    Phrase(.sessionRuns(1), "what happened (last time|before|earlier|previously)"),
    Phrase(.sessionRuns(some), "(最近|最后|之前|以前|上|前|近)(的)?#(次|个|轮|条)(的)?(运行|执行|任务|对话|提问|请求)"),
    Phrase(.sessionRuns(1), "(上次|上回|上个|刚才|最后)(的)?(运行|执行|任务|对话|提问|请求)"),
    Phrase(.sessionRuns(some), "(最近|之前|以前|先前|历史)(的)?(几次)?(运行|执行|任务|提问)"),
    Phrase(.sessionRuns(some), "我(之前|刚才|上次|以前|先前|前面)(都)?(问|说|提)"),
    Phrase(.sessionRuns(some), "(之前|刚才|上次|以前)(我)?(都)?问"),
    Phrase(.sessionRuns(some), "(总结|回顾|概括)(一下)?(本次|这次|这个|当前|我们的|此次)?(会话|对话|聊天)"),
    Phrase(.sessionRuns(some), "(运行|执行)(历史|记录)"),
  ]
}
