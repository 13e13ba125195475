/// The header `Retry-After` (RFC 9110 §10.2.3).
package enum RetryAfter {
  /// How long its value asks to wait, at `now` in milliseconds since 1970-01-01T00:00:00Z; nil when
  /// it is neither a number of seconds nor a date.
  package static func delay(_ value: String, at now: Int64) -> Duration? {
    if let seconds = seconds(value) { return .seconds(seconds) }
    guard let date = date(value) else { return nil }
    return .milliseconds(max(0, date - now))
  }

  /// More seconds than that are no other wait.
  private static let secondsMax: Int64 = 999_999_999

  private static func seconds(_ value: String) -> Int64? {
    guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int64(value) ?? secondsMax, secondsMax)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The one date that may be sent (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date(_ value: String) -> Int64? {
    let words = value.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[5] == "GMT",
      let month = months.firstIndex(where: { words[2] == $0 })
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return CivilTime("\(words[3])-\(number)-\(words[1])T\(words[4]).000Z")?.unixMilliseconds
  }
}
