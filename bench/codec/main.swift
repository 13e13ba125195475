import Foundation
import Wire

// swift-format-ignore
let text = #"{"run_id":"run_01JH8X9Q2M7V5T3K6N4P8R0S1W","session_key":"user:42:chat:7","agent_id":"agent_default","status":"completed","input":"Please summarise the last run in \"two\" sentences.","output":"The run computed 12 * (3 + 4) = 84.\nIt used one tool only, and said so at once, as it was told.","attempts":1,"created_at":"2025-01-02T03:04:05.678Z","ended_at":"2025-01-02T03:04:07.001Z","events":[{"seq":1,"type":"run.started","ts":"2025-01-02T03:04:05.700Z","span_id":"sp_1","text":""},{"seq":2,"type":"output.delta","ts":"2025-01-02T03:04:06.100Z","span_id":"sp_2","text":"The run"},{"seq":3,"type":"output.delta","ts":"2025-01-02T03:04:06.200Z","span_id":"sp_2","text":" computed"},{"seq":4,"type":"run.completed","ts":"2025-01-02T03:04:07.000Z","span_id":"sp_1","text":""}]}"#

if let place = CommandLine.arguments.firstIndex(of: "--peers") {
  let folder = CommandLine.arguments[place + 1]
  for subject in try Subject.all()
  where CommandLine.arguments.count < 4 || CommandLine.arguments[3] == subject.name {
    try subject.write(to: folder)
    try subject.report()
  }
} else {
  try bench()
}

/// Measures both codecs on the same run and prints a row each.
func bench() throws {
  let json = [UInt8](text.utf8)
  let run = try Run(json: json)
  let cbor = run.cbor()
  let data = Data(json)
  let encoder = JSONEncoder()
  let decoder = JSONDecoder()
  let theirs = try decoder.decode(FoundationRun.self, from: data)
  let back = try Run(cbor: cbor)
  precondition(run.json() == json && back == run, "the run does not come back")

  // One row alone is for a profiler, which Foundation would fill.
  let isWhole = CommandLine.arguments.count < 2
  let foundationWrites = isWhole ? try measure(calls: 1000) { try encoder.encode(theirs).count } : 0
  let foundationReads =
    isWhole
    ? try measure(calls: 1000) { try decoder.decode(FoundationRun.self, from: data).attempts } : 0
  print("\(json.count) bytes of JSON, \(cbor.count) bytes of CBOR; median of 31 batches")
  row("JSONEncoder", foundationWrites, nil)
  row("JSONDecoder", foundationReads, nil)
  row("encode JSON", measure { run.json().count }, foundationWrites)
  row("encode CBOR", measure { run.cbor().count }, foundationWrites)
  try row("decode JSON", try measure { try Run(json: json).attempts }, foundationReads)
  try row("decode CBOR", try measure { try Run(cbor: cbor).attempts }, foundationReads)
  try row("decode JSON to WireValue", try measure { try WireValue(json: json).memberCount }, nil)
  try row("decode CBOR to WireValue", try measure { try WireValue(cbor: cbor).memberCount }, nil)
  let tree = run.wireValue()
  row("encode WireValue to JSON", measure { tree.json().count }, nil)
  row("encode WireValue to CBOR", measure { tree.cbor().count }, nil)
  row("StoredJSON to CBOR", measure { StoredJSON(encoding: run).cbor().count }, nil)
}

/// Microseconds that one call takes: the median of `batches`, each of `calls`.
func measure(batches: Int = 31, calls: Int = 4000, _ body: () throws -> Int) rethrows -> Double {
  var times: [Double] = []
  var sum = 0
  for _ in 0..<batches {
    let start = ContinuousClock.now
    for _ in 0..<calls { sum &+= try body() }
    let time = ContinuousClock.now - start
    times.append(Double(time.components.attoseconds) / 1e12 / Double(calls))
  }
  precondition(sum != 0, "nothing was done")
  return times.sorted()[batches / 2]
}

func row(_ name: String, _ time: @autoclosure () throws -> Double, _ other: Double?) rethrows {
  guard CommandLine.arguments.count < 2 || CommandLine.arguments[1] == name else { return }
  let time = try time()
  let ratio = other.map { String(format: "%6.1f x", $0 / time) } ?? ""
  let padded = name.padding(toLength: 26, withPad: " ", startingAt: 0)
  print(padded, String(format: "%8.3f us", time), ratio)
}

extension WireValue {
  fileprivate var memberCount: Int {
    if case .map(let members) = self { members.count } else { 0 }
  }
}
