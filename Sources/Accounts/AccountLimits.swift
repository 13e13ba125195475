internal import Contract

/// Every number of accounts that an operator may set, with its default (the catalogue, §3.1).
package struct AccountLimits: Sendable {
  /// How long after a mail to an address the next one may go, in seconds; 0 is no pause.
  package var resendGapSeconds = 60
  /// How long the token before the current one is taken too, in seconds.
  package var refreshGraceSeconds = 10
  /// How long an access token lives, in seconds.
  package var accessTokenSeconds = 3600
  /// What limits that do not belong to one address are multiplied by.
  package var rateScale = 1

  package init() {}
}

/// The rates of accounts, each by what it counts.
enum AccountRate {
  /// Calls of one network: they cost a hash, send mail, or guess.
  static let registrations = RatePolicy("registrations", quota: 30, windowSeconds: 300)
  static let resendings = RatePolicy("resendings", quota: 30, windowSeconds: 300)
  static let verifications = RatePolicy("verifications", quota: 30, windowSeconds: 300)
  static let signIns = RatePolicy("sign-ins", quota: 30, windowSeconds: 300)
  static let refreshes = RatePolicy("refreshes", quota: 150, windowSeconds: 300)
  /// Mails to one address.
  static let mails = RatePolicy("mails", quota: 5, windowSeconds: 3600)
  /// Mails of the whole server.
  static let allMails = RatePolicy("all-mails", quota: 30, windowSeconds: 3600)
  /// Wrong passwords for one address.
  static let wrongPasswords = RatePolicy("wrong-passwords", quota: 10, windowSeconds: 900)

  /// The pause between two mails to one address; nil for none.
  static func mailPause(_ limits: AccountLimits) -> RatePolicy? {
    limits.resendGapSeconds == 0
      ? nil : RatePolicy("mail-pause", quota: 1, windowSeconds: limits.resendGapSeconds)
  }
}
