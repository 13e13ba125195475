/// A moment as a header writes it (RFC 5322 §3.3), in UTC.
struct MailDate {
  private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let epochYear = 1970
  /// The last millisecond of the year 9999: the format has four digits.
  private static let latest: Int64 = 253_402_300_799_999
  private static let secondsPerDay = 86_400

  /// Such as `Thu, 29 Feb 2024 12:00:00 +0000`.
  let text: String

  /// A moment outside the years 1970 to 9999 becomes the nearest one inside.
  init(unixMilliseconds: Int64) {
    let seconds = Int(min(max(unixMilliseconds, 0), Self.latest) / 1_000)
    let (days, second) = seconds.quotientAndRemainder(dividingBy: Self.secondsPerDay)
    // No year is longer than 366 days, so this one is not too late.
    var year = Self.epochYear + days / 366
    while Self.firstDay(of: year + 1) <= days { year += 1 }
    var day = days - Self.firstDay(of: year)
    var month = 0
    while day >= Self.length(of: month, in: year) {
      day -= Self.length(of: month, in: year)
      month += 1
    }
    let clock = [second / 3_600, second / 60 % 60, second % 60].map(Self.twoDigits)
    // 1970-01-01 was a Thursday, the first of the names.
    text =
      "\(Self.weekdays[days % 7]), \(Self.twoDigits(day + 1)) \(Self.months[month]) \(year) "
      + clock.joined(separator: ":") + " +0000"
  }

  /// Days from the epoch to the first of January.
  private static func firstDay(of year: Int) -> Int {
    (year - epochYear) * 365 + leapYears(before: year) - leapYears(before: epochYear)
  }

  private static func leapYears(before year: Int) -> Int {
    (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400
  }

  /// The days of a month, of which January is 0.
  private static func length(of month: Int, in year: Int) -> Int {
    switch month {
    case 1: 28 + leapYears(before: year + 1) - leapYears(before: year)
    case 3, 5, 8, 10: 30
    default: 31
    }
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
