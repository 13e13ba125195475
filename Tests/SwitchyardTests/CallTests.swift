import Contract
import Testing
import Wire

@testable import switchyard

@Suite struct CallTests {
  /// A method and an input, and the request that they make; nil when they make none.
  struct Row: Sendable, CustomTestStringConvertible {
    let method: String
    let input: String
    var path: String?
    var body = ""

    var testDescription: String { "\(method) \(input)" }
  }

  static let rows: [Row] = [
    Row(method: "Runs/Get", input: #"{"run_id":"run_1"}"#, path: "/api/runs/run_1"),
    Row(method: "Runs/Get", input: #"{"run_id":"a/b ?é"}"#, path: "/api/runs/a%2Fb%20%3F%C3%A9"),
    Row(
      method: "Runs/Create", input: #"{"input":"x","timeout_ms":5}"#, path: "/api/runs",
      body: #"{"input":"x","timeout_ms":5}"#),
    Row(
      method: "Runs/Cancel", input: #"{"reason":"r","run_id":"run_1"}"#,
      path: "/api/runs/run_1/cancel", body: #"{"reason":"r"}"#),
    Row(
      method: "Runs/Cancel", input: #"{"run_id":"run_1"}"#, path: "/api/runs/run_1/cancel",
      body: "{}"),
    Row(
      method: "Runs/Events",
      input: #"{"run_id":"run_1","type":["run.*","tool.*"],"limit":5,"include_tokens":true}"#,
      path: "/api/runs/run_1/events?type=run.%2A&type=tool.%2A&limit=5&include_tokens=true"),
    Row(
      method: "Runs/List", input: #"{"session_key":"s_a","page":2}"#,
      path: "/api/sessions/s_a/runs?page=2"),
    Row(method: "Runs/Events", input: #"{"run_id":"r","type":[]}"#, path: "/api/runs/r/events"),
    Row(method: "Runs/Get", input: "{}"),
    Row(method: "Runs/Get", input: #"["run_1"]"#),
    Row(method: "Runs/Get", input: #"{"run_id":"#),
    Row(method: "Runs/Get", input: ""),
  ]

  @Test("an input is spread over path, query and body as its method says", arguments: rows)
  func spreads(_ row: Row) throws {
    let method = try #require(
      CallCommand.methods.first { $0.name == "switchyard.runs.v1.\(row.method)" })
    let made = Result { () throws(StartFailure) in
      try MethodCall(method, json: Array(row.input.utf8))
    }
    switch made {
    case .success(let call):
      #expect(call.path == row.path)
      #expect(String(decoding: call.body, as: UTF8.self) == row.body)
    case .failure(let error): #expect(row.path == nil && error.kind == .usage)
    }
  }

  @Test("every byte but the unreserved ones is escaped")
  func escapes() {
    let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    #expect(MethodCall.escaped(unreserved) == unreserved)
    for byte in UInt8(0)..<128 where !unreserved.utf8.contains(byte) {
      let text = String(UnicodeScalar(byte))
      let escaped = MethodCall.escaped(text)
      #expect(escaped.utf8.count == 3 && escaped.hasPrefix("%"))
      #expect(UInt8(escaped.dropFirst(), radix: 16) == byte)
    }
    #expect(MethodCall.escaped("中") == "%E4%B8%AD")
  }

  @Test("the methods of the command line have names of their own")
  func methods() {
    let names = CallCommand.methods.map(\.name)
    #expect(names.count > 8 && Set(names).count == names.count)
  }
}
