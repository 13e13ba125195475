import Contract
import Testing

@testable import HTTP2

@Suite("Answers that share fields")
struct AnswerHeadTests {
  // swift-format-ignore
  static let rows: [(status: Int, length: Int?, text: String?)] = [
    (200, nil,     nil),
    (200, 0,       "0"),
    (202, 9,       "9"),
    (201, 10,      "10"),
    (404, 99,      "99"),
    (503, 100,     "100"),
    (999, 1048576, "1048576"),
    (200, .max,    "9223372036854775807"),
  ]

  @Test("shared fields, length and unique value come as they are", arguments: rows)
  func answers(_ row: (status: Int, length: Int?, text: String?)) throws {
    var fields = FieldSection()
    fields.append(name: "content-type", value: "application/json")
    fields.append(name: "vary", value: "Accept")
    let shared = SharedFields(fields)
    let ids = (0..<3).map { UUIDv7(milliseconds: 1_700_000_000_000 + $0, random: 7, 9) }
    var next = 0
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      let head = AnswerHead(
        status: row.status, shared: shared, contentLength: nil, uniqueName: "x-id",
        unique: ids[next])
      let sized = AnswerHead(
        status: row.status, shared: shared, contentLength: row.length, uniqueName: "x-id",
        unique: ids[next])
      next += 1
      // The client checks a length against the body, so a length comes with HEAD alone.
      #expect(server.respond(key, row.length == nil ? head : sized, body: []))
      #expect(!server.respond(key, head, body: [1]))
    }
    for id in ids {
      let key = try pair.request(row.length == nil ? "GET" : "HEAD")
      try pair.settle()
      var wanted = [
        ":status": "\(row.status)", "content-type": "application/json", "vary": "Accept",
        "x-id": id.text,
      ]
      wanted["content-length"] = row.text
      #expect(pair.response(key).fields == wanted)
    }
  }

  @Test("an answer may outlive everybody else who holds its fields")
  func outlives() throws {
    let pair = try Pair { server, event, _ in
      guard case .end(let key) = event else { return }
      var fields = FieldSection()
      fields.append(name: "x-shared", text: String(repeating: "s", count: 100))
      let head = AnswerHead(
        status: 200, shared: SharedFields(fields), contentLength: 3, uniqueName: "x-id",
        unique: UUIDv7(milliseconds: 1, random: 2, 3))
      server.respond(key, head, body: [1, 2, 3])
    }
    let keys = try (0..<20).map { _ in try pair.request() }
    try pair.settle()
    for key in keys {
      #expect(pair.response(key).fields["x-shared"] == String(repeating: "s", count: 100))
      #expect(pair.response(key).body == [1, 2, 3])
    }
  }
}
