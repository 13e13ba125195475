import Contract
import Negotiation
import Testing
import Wire

/// One refusal with what each document must say of it.
struct FaultRow: Sendable, CustomTestStringConvertible {
  let name: String
  let fault: Fault
  let status: (accounts: Int, others: Int)
  let envelopeCode: String
  let problemCode: String
  let title: (accounts: String, others: String)
  let details: WireValue

  var testDescription: String { name }

  static let all: [FaultRow] = [
    FaultRow(
      name: "a plain refusal", fault: Fault(.notFound, "no such run"), status: (404, 404),
      envelopeCode: "NOT_FOUND", problemCode: "not_found", title: ("Not Found", "Not Found"),
      details: [:]),
    FaultRow(
      name: "a name of the domain's own",
      fault: Fault(
        .conflict, "the run is over", name: "RUN_ALREADY_FINISHED",
        details: [Fault.Detail("status", "completed")]),
      status: (409, 409), envelopeCode: "RUN_ALREADY_FINISHED",
      problemCode: "run_already_finished", title: ("Conflict", "Conflict"),
      details: ["status": "completed"]),
    FaultRow(
      name: "input that means nothing", fault: .field("limit", "above 200"), status: (422, 400),
      envelopeCode: "VALIDATION_ERROR", problemCode: "validation_failed",
      title: ("Unprocessable Content", "Bad Request"), details: ["field": "limit"]),
    FaultRow(
      name: "bytes that are nothing",
      fault: Fault(DecodeError(.breakInDefinite, at: 6, "a break in a definite array")),
      status: (422, 400), envelopeCode: "VALIDATION_ERROR", problemCode: "validation_failed",
      title: ("Unprocessable Content", "Bad Request"),
      details: ["offset": 6, "kind": "break-in-definite", "path": ""]),
    FaultRow(
      name: "text that markup could break",
      fault: Fault(
        .unprocessable, "a | b\n# \"c\" `d`", details: [Fault.Detail("x|y", "<br>\u{0}")]),
      status: (422, 422), envelopeCode: "UNPROCESSABLE", problemCode: "unprocessable",
      title: ("Unprocessable Content", "Unprocessable Content"),
      details: ["x|y": "<br>\u{0}"]),
  ]
}

struct FaultBodyTests {
  static let circumstances = FaultCircumstances(path: "/a/b", correlationID: "c-1")

  static func expected(_ row: FaultRow, in zone: Zone) -> WireValue {
    let message = WireValue.text(row.fault.message)
    let isAccounts = zone == .accounts
    var problem: WireValue = [
      "type": "about:blank",
      "title": .text(isAccounts ? row.title.accounts : row.title.others),
      "status": .integer(Int64(isAccounts ? row.status.accounts : row.status.others)),
      "detail": message, "instance": "/a/b",
    ]
    let details = row.details == [:] ? WireValue?.none : row.details
    let error: WireValue = [
      "field": row.details["field"] ?? row.details["path"] ?? "",
      "code": row.details["kind"] ?? "invalid", "message": message,
    ]
    let errors = row.problemCode == "validation_failed" ? WireValue.array([error]) : WireValue?.none
    switch zone {
    case .root, .coach, .runs:
      return [
        "error": ["code": .text(row.envelopeCode), "message": message, "details": row.details]
      ]
    case .accounts:
      problem["errors"] = errors
      problem["details"] = details
      return problem
    case .ops:
      problem["type"] = .text("urn:problem:\(row.problemCode)")
      problem["code"] = .text(row.problemCode)
      problem["correlationId"] = "c-1"
      problem["errors"] = errors
      problem["details"] = details
      return problem
    case .brain:
      var error: WireValue = ["message": message]
      error["data"] = details
      var body = error
      body["error"] = error
      return body
    }
  }

  @Test(
    "every zone writes a refusal as its document says, in JSON and in CBOR",
    arguments: Zone.allCases, FaultRow.all)
  func writes(_ zone: Zone, _ row: FaultRow) throws {
    let json = body(row, zone, .json)
    let cbor = body(row, zone, .cbor)
    #expect(try WireValue(json: json.bytes) == Self.expected(row, in: zone))
    #expect(try WireValue(cbor: cbor.bytes) == Self.expected(row, in: zone))
    let status = zone == .accounts ? row.status.accounts : row.status.others
    #expect([json.status, cbor.status] == [status, status])
    #expect(cbor.mediaType == .cbor)
    let isProblem = zone == .accounts || zone == .ops
    #expect(json.mediaType == (isProblem ? .problemJSON : .json))
  }

  @Test("Markdown renders the same value under the status", arguments: Zone.allCases, FaultRow.all)
  func writesMarkdown(_ zone: Zone, _ row: FaultRow) {
    let markdown = body(row, zone, .markdown)
    let title = zone == .accounts ? row.title.accounts : row.title.others
    #expect(markdown.mediaType == .markdown)
    #expect(markdown.bytes == Markdown.render(Self.expected(row, in: zone), title: title))
  }

  @Test("every refusal has the members that its schema asks for, and no other")
  func matchesSchema() {
    for shape in ErrorShape.allCases {
      for code in FaultCode.allCases {
        for details in [[], [Fault.Detail("field", "a")]] {
          let zone = Zone.allCases.first { $0.row.shape == shape } ?? .root
          let value = shape.value(
            of: Fault(code, "m", details: details), in: zone, Self.circumstances)
          #expect(Self.fits(value, shape.schema), "\(shape) \(code)")
        }
      }
    }
  }

  private func body(_ row: FaultRow, _ zone: Zone, _ format: BodyFormat) -> FaultBody {
    FaultBody(row.fault, zone: zone, circumstances: Self.circumstances, format: format)
  }

  private static func fits(_ value: WireValue, _ schema: Schema) -> Bool {
    switch (value, schema) {
    case (.map(let members), .record(let record)):
      let known = Dictionary(uniqueKeysWithValues: record.fields.map { ($0.name, $0) })
      return members.allSatisfy { member in
        guard let field = member.key.string.flatMap({ known[$0] }) else { return false }
        return fits(member.value, field.schema)
      }
        && record.fields.allSatisfy { !$0.isRequired || value[$0.name] != nil }
    case (.map, .dictionary), (.text, .text), (.integer, .integer): return true
    case (.array(let elements), .array(let element, _, _)):
      return elements.allSatisfy { fits($0, element) }
    default: return false
    }
  }
}
