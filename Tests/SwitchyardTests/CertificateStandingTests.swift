import TLS
import Testing

@testable import switchyard

@Suite struct CertificateStandingTests {
  private static let made: Int64 = 1_800_000_000
  private static let first = made - CertificateAuthority.clockAllowance
  private static let last = first + CertificateAuthority.leafLifetime - 1
  private static let day: Int64 = 86_400

  /// A moment, whether clients accept the certificate then, and how the warning begins.
  static let rows: [(moment: Int64, isValid: Bool, warning: String?)] = [
    (.min, false, "the certificate is not valid before 2027-01-15T07:00:00.000Z"),
    (first - 1, false, "the certificate is not valid before 2027-01-15T07:00:00.000Z"),
    (first, true, nil), (made, true, nil),
    (last - CertificateStanding.daysLeftMin * day, true, nil),
    (
      last - CertificateStanding.daysLeftMin * day + 1, true,
      "the certificate ends on 2028-02-16T06:59:59.000Z"
    ),
    (last, true, "the certificate ends on 2028-02-16T06:59:59.000Z"),
    (last + 1, false, "the certificate expired on 2028-02-16T06:59:59.000Z"),
    (.max, false, "the certificate expired on 2028-02-16T06:59:59.000Z"),
  ]

  @Test("a certificate is good, ends soon, or is out of its time", arguments: rows)
  func tells(_ row: (moment: Int64, isValid: Bool, warning: String?)) throws {
    let authority = CertificateAuthority(host: nil, at: Self.made)
    let leaf = try authority.issue(for: .server([.localhost]), at: Self.made)
    let standing = CertificateStanding(
      try CertificateSummary(chain: leaf.chain), at: row.moment)
    #expect(standing.isValid == row.isValid)
    #expect(standing.warning == row.warning)
  }

  private static let files = CredentialFiles(chain: "/c", key: "/k", authorities: "/a")

  /// What is wrong, and the files that the refusal begins with.
  static let places: [(error: CredentialError, place: String)] = [
    (.missing(.chain), "/c: "), (.missing(.key), "/k: "), (.missing(.authorities), "/a: "),
    (.keyEncrypted, "/k: "), (.keyMismatch, "/k and /c: "),
  ]

  @Test("a refusal names the files at fault", arguments: places)
  func namesFiles(_ row: (error: CredentialError, place: String)) {
    let failure = Self.files.failure(row.error)
    #expect(failure.kind == .certificate)
    #expect(failure.description == row.place + "\(row.error)")
  }
}
