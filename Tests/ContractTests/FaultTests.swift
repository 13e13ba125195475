import Contract
import Testing
import Wire

struct FaultTests {
  /// What was published; a number is never given to another code.
  // swift-format-ignore
  static let published: [(code: FaultCode, status: Int, number: Int)] = [
    (.malformed, 400, 3), (.undecodable, 400, 3), (.invalid, 400, 3), (.unauthenticated, 401, 16), (.forbidden, 403, 7), (.notFound, 404, 5), (.methodNotAllowed, 405, 12),
    (.notAcceptable, 406, 3), (.conflict, 409, 9), (.gone, 410, 5), (.preconditionFailed, 412, 9), (.contentTooLarge, 413, 8), (.uriTooLong, 414, 3),
    (.unsupportedMediaType, 415, 3), (.unprocessable, 422, 3), (.locked, 423, 9), (.throttled, 429, 8), (.headersTooLarge, 431, 8), (.broken, 500, 13),
    (.unavailable, 503, 14), (.timedOut, 504, 4), (.storageFull, 507, 8), (.unimplemented, 501, 12), (.misframed, 400, 13),
  ]

  @Test("every code has the numbers it was published with")
  func numbersStay() {
    #expect(Self.published.map(\.code) == FaultCode.allCases)
    for row in Self.published {
      #expect(row.code.row.status == row.status)
      #expect(row.code.row.number == row.number)
      #expect(row.code.row.envelopeName == row.code.row.envelopeName.uppercased())
      #expect(row.code.row.problemName == row.code.row.problemName.lowercased())
    }
  }

  @Test("accounts alone answer input that cannot be used with 422")
  func invalidInputByZone() {
    for zone in Zone.allCases {
      #expect(FaultCode.invalid.row(in: zone).status == (zone == .accounts ? 422 : 400))
      #expect(FaultCode.undecodable.row(in: zone).status == (zone == .accounts ? 422 : 400))
      #expect(FaultCode.malformed.row(in: zone).status == 400)
      #expect(FaultCode.conflict.row(in: zone).status == 409)
    }
  }

  // swift-format-ignore
  static let decoding: [(error: DecodeError, code: FaultCode, details: [Fault.Detail])] = [
    (DecodeError(.endInHead, at: 3, "m"), .undecodable,
     [Fault.Detail("offset", 3), Fault.Detail("kind", "eof-head"), Fault.Detail("path", "")]),
    (DecodeError(.tooLong, at: nil, "m").within(element: 2).within(key: "tags"), .invalid,
     [Fault.Detail("kind", "too-long"), Fault.Detail("path", "tags[2]")]),
  ]

  @Test("an error of decoding says kind, place and path", arguments: decoding)
  func fromDecoding(_ row: (error: DecodeError, code: FaultCode, details: [Fault.Detail])) {
    let fault = Fault(row.error)
    #expect(fault.code == row.code)
    #expect(fault.details == row.details)
  }
}
