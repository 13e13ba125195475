import Contract
import Events
import Testing
import Wire

@testable import Runs

@Suite struct CursorTests {
  /// A text, and the place that it means; nil when it means none.
  static let rows: [Named<(Int64, String?)?>] = [
    Named("0", (0, nil)), Named("42", (42, nil)), Named("earliest", (0, nil)),
    Named("9223372036854775807", (.max, nil)), Named("42@e1", (42, "e1")),
    Named("earliest@e1", (0, "e1")), Named("42@", (42, "")), Named("42@a@b", (42, "a@b")),
    Named("", nil), Named("@e1", nil), Named("-1", nil), Named("-0", nil), Named("+1", nil),
    Named("01", nil), Named(" 1", nil), Named("1 ", nil), Named("1.0", nil), Named("0x1", nil),
    Named("9223372036854775808", nil), Named("latest", nil), Named("Earliest", nil),
    Named("１", nil),
  ]

  @Test("a cursor is a number, or the beginning, and may say its epoch", arguments: rows)
  func reads(_ named: Named<(Int64, String?)?>) {
    let cursor = RunCursor(named.name)
    #expect(cursor?.position == named.row?.0)
    #expect(cursor?.epoch == named.row?.1)
    #expect((cursor == nil) == (named.row == nil))
  }

  /// A cursor over a stream of ten events, and where a reader begins; nil when it is refused.
  static let places: [Named<(String?, Int64?)>] = [
    Named("none", (nil, 0)), Named("the beginning", ("earliest", 0)), Named("inside", ("4", 4)),
    Named("the end", ("10", 10)), Named("behind the end", ("11", nil)),
    Named("this epoch", ("4@e1", 4)), Named("another epoch", ("4@e2", nil)),
    Named("no epoch", ("4@", nil)), Named("no number", ("four", nil)),
  ]

  @Test("a cursor must be of this life of the log and not in the future", arguments: places)
  func begins(_ named: Named<(String?, Int64?)>) {
    let (text, expected) = named.row
    let found = Result { () throws(Fault) in
      try RunCursor.position(in: text, head: 10, epoch: LogEpoch("e1"))
    }
    switch found {
    case .success(let position): #expect(position == expected)
    case .failure(let error):
      #expect(expected == nil)
      #expect(error.code == .invalid && error.name == "CURSOR_INVALID")
      #expect(error.details.contains(Fault.Detail("newest", "10")))
      #expect(error.details.contains(Fault.Detail("epoch", "e1")))
    }
  }
}
