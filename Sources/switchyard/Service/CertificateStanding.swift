import TLS
import Wire

/// What the clock says of a certificate that is to be shown.
enum CertificateStanding: Hashable {
  case good
  /// It is valid, and not for long.
  case endsSoon(at: Timestamp)
  case expired(at: Timestamp)
  case notYetValid(until: Timestamp)

  /// A certificate that has fewer days left is worth a warning.
  static let daysLeftMin: Int64 = 14

  init(_ summary: CertificateSummary, at unixSeconds: Int64) {
    let ends = Self.moment(summary.notAfter)
    if unixSeconds < summary.notBefore {
      self = .notYetValid(until: Self.moment(summary.notBefore))
    } else if !summary.isValid(at: unixSeconds) {
      self = .expired(at: ends)
    } else {
      self = summary.daysLeft(at: unixSeconds) < Self.daysLeftMin ? .endsSoon(at: ends) : .good
    }
  }

  /// Whether clients accept the certificate now.
  var isValid: Bool {
    switch self {
    case .good, .endsSoon: true
    case .expired, .notYetValid: false
    }
  }

  /// What the operator should know; nil when there is nothing.
  var warning: String? {
    switch self {
    case .good: nil
    case .endsSoon(let date): "the certificate ends on \(date.text)"
    case .expired(let date): "the certificate expired on \(date.text)"
    case .notYetValid(let date): "the certificate is not valid before \(date.text)"
    }
  }

  private static func moment(_ unixSeconds: Int64) -> Timestamp {
    let (milliseconds, overflow) = unixSeconds.multipliedReportingOverflow(by: 1000)
    return Timestamp(milliseconds: overflow ? (unixSeconds < 0 ? .min : .max) : milliseconds)
  }
}
