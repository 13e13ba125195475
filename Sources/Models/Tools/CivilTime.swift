/// A moment as people write it, in UTC and the proleptic Gregorian calendar, to the millisecond.
struct CivilTime: Hashable {
  /// Days since 1970-01-01.
  private let day: Int64
  /// Milliseconds since midnight.
  private let millisecond: Int64

  private static let millisecondsPerDay: Int64 = 86_400_000
  /// 9999-12-31T23:59:59.999Z and 0000-01-01T00:00:00.000Z: ISO 8601 has four digits for a year.
  private static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  /// A time outside the years 0 to 9999 becomes the nearest one inside.
  init(unixMilliseconds: Int64) {
    let time = min(max(unixMilliseconds, Self.range.lowerBound), Self.range.upperBound)
    let remainder = time % Self.millisecondsPerDay
    millisecond = remainder < 0 ? remainder + Self.millisecondsPerDay : remainder
    day = (time - millisecond) / Self.millisecondsPerDay
  }

  /// Reads the form that `text` writes, and nothing else.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      bytes[range].reduce(0 as Int64?) { sum, byte in
        sum.flatMap { (0x30...0x39).contains(byte) ? $0 * 10 + Int64(byte - 0x30) : nil }
      }
    }
    guard
      let year = number(0..<4), let month = number(5..<7), let dayOfMonth = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let thousandth = number(20..<23)
    else { return nil }
    let days = Self.days(year: year, month: month, day: dayOfMonth)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    self.init(unixMilliseconds: seconds * 1_000 + thousandth)
    // Whatever is not a date (month 13, a space for the T) does not come back the same.
    guard self.text == text else { return nil }
  }

  /// Milliseconds since 1970-01-01T00:00:00Z.
  var unixMilliseconds: Int64 { day * Self.millisecondsPerDay + millisecond }

  /// Such as `2026-02-12T06:39:01.000Z`.
  var text: String {
    let date = yearMonthDay
    let second = millisecond / 1_000
    let clock = [second / 3_600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }
    let calendar = [
      Self.padded(date.year, 4), Self.padded(date.month, 2), Self.padded(date.day, 2),
    ]
    return calendar.joined(separator: "-") + "T" + clock.joined(separator: ":") + "."
      + Self.padded(millisecond % 1_000, 3) + "Z"
  }

  /// 0 for Monday to 6 for Sunday.
  var weekday: Int {
    // 1970-01-01 was a Thursday.
    let remainder = (day + 3) % 7
    return Int(remainder < 0 ? remainder + 7 : remainder)
  }

  /// The calendar's date, counted in eras of 400 years that begin on 1 March, so that the leap day
  /// comes last.
  private var yearMonthDay: (year: Int64, month: Int64, day: Int64) {
    let shifted = day + Self.epochShift
    let era = (shifted >= 0 ? shifted : shifted - (Self.daysPerEra - 1)) / Self.daysPerEra
    let dayOfEra = shifted - era * Self.daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Days since 1970-01-01 of a date whose parts have at most four digits.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysPerEra + dayOfEra - epochShift
  }

  /// Days of 400 years.
  private static let daysPerEra: Int64 = 146_097
  /// Days from 0000-03-01 to 1970-01-01.
  private static let epochShift: Int64 = 719_468

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
