import TLS
import Testing

@Suite("what is said of a certificate")
struct CertificateSummaryTests {
  /// Seconds after its last valid second, and the whole days it has left.
  @Test(
    "counts whole days, and days since it expired as negative",
    arguments: [
      (-86_400, 1), (-86_399, 0), (-1, 0), (0, 0), (1, -1), (86_400, -1), (86_401, -2),
    ] as [(Int64, Int64)])
  func countsDays(_ offset: Int64, _ days: Int64) throws {
    let leaf = try Fixture().credentials()
    let summary = try CertificateSummary(chain: leaf.chain)
    #expect(summary.daysLeft(at: summary.notAfter + offset) == days)
    #expect(summary.isValid(at: summary.notAfter + offset) == (offset <= 0))
    #expect(!summary.isValid(at: summary.notBefore - 1))
  }

  @Test("survives any clock", arguments: [Int64.min, .max])
  func survivesAnyClock(_ moment: Int64) throws {
    let leaf = try Fixture().credentials()
    let summary = try CertificateSummary(chain: leaf.chain)
    #expect(!summary.isValid(at: moment))
    #expect((summary.daysLeft(at: moment) < 0) == (moment > 0))
  }

  @Test("keeps other alphabets readable")
  func keepsAlphabets() throws {
    let leaf = try Fixture().authority.issue(for: .client(name: "客户, O=x"), at: Fixture.now)
    #expect(try CertificateSummary(chain: leaf.chain).subject == "CN=客户\\, O=x")
  }
}
