import Contract
import Gateway
import Negotiation
import Runs
import Wire

/// Shows a run's events as they happen, over every break of the connection.
struct RunFollower {
  /// How often a server that is not there is tried again before the command gives up.
  private static let attemptsMax = 30

  private let run: String
  private let client: ClientOptions
  private var progress: Progress

  /// What is known of the run, over every connection.
  private struct Progress {
    var reader: EventReader
    /// Nil where nobody asked for it.
    var check: ChainCheck?
  }

  /// Somebody who has the events of a run up to `from`; nil stands for the beginning.
  init(
    _ run: String, _ client: ClientOptions, from: String?, display: EventDisplay, verify: Bool
  ) {
    self.run = run
    self.client = client
    progress = Progress(
      reader: EventReader(cursor: from, display: display),
      check: verify ? ChainCheck(of: run, after: from) : nil)
  }

  /// Shows what happens until the run has ended; its last event, nil where that was seen before.
  @discardableResult
  mutating func follow() async throws(StartFailure) -> WireValue? {
    var attempts = 0
    while attempts < Self.attemptsMax {
      let seen = progress.reader.count
      do throws(StartFailure) {
        // A server that was started again may have another port.
        if try watch(try client.target()) {
          if let summary = progress.check?.summary { FileText.complain(summary) }
          return progress.reader.last
        }
      } catch {
        // Where nothing was ever heard there is nothing to go on with.
        guard error.kind == .unavailable, progress.reader.hasBegun else { throw error }
        if attempts == 0 { FileText.complain("switchyard: \(error); trying again") }
      }
      attempts = progress.reader.count > seen ? 1 : attempts + 1
      guard await SystemPausing().rest(for: .seconds(1)) else { return nil }
    }
    throw StartFailure(.unavailable, "the server did not come back")
  }

  /// Watches over one connection; true when the run has ended.
  private mutating func watch(_ target: ClientOptions.Target) throws(StartFailure) -> Bool {
    let client = client
    let connection = try client.connect(target)
    let call = try MethodCall(
      Runner.watch.description, members: [WireMember("run_id", .text(run))])
    let accept = "\(MediaType.cborSequence.row.name)"
    var fields = call.fields(by: client, to: target, accept: accept)
    if let cursor = progress.reader.cursor { fields.append(name: "last-event-id", text: cursor) }
    var status = 0
    var refusal: [UInt8] = []
    var problem: StartFailure?
    var now = progress
    let outcome = ClientOptions.connecting { () throws(ClientFailure) in
      try connection.request(
        fields, body: call.body, head: { status = $0.status ?? 0 },
        chunk: { bytes in
          if status != 200 {
            refusal += bytes
            return true
          }
          do throws(StartFailure) { try Self.take(bytes, &now, client, target) } catch {
            problem = error
          }
          return problem == nil
        })
    }
    // What was shown was shown, however the connection ended.
    progress = now
    progress.reader.reconnect()
    if let problem { throw problem }
    _ = try outcome.get()
    guard status == 200 || status == 204 else {
      // 429 and 503 pass: a server that drains or is busy is asked again for the rest.
      let isPassing = progress.reader.hasBegun && [429, 503].contains(status)
      let kind: StartFailure.Kind = isPassing ? .unavailable : .refused
      throw StartFailure(kind, "\(status) \(Refusal(cbor: refusal)?.text ?? "")")
    }
    guard status == 204 || progress.reader.hasEnded else { return false }
    try progress.check?.confirm(by: client, at: target)
    return true
  }

  private static func take(
    _ bytes: [UInt8], _ progress: inout Progress, _ client: ClientOptions,
    _ target: ClientOptions.Target
  ) throws(StartFailure) {
    var check = progress.check
    defer { progress.check = check }
    try progress.reader.take(bytes) { (event, number) throws(StartFailure) in
      try check?.take(event, number: number)
    }
    if check?.isDue == true { try check?.confirm(by: client, at: target) }
  }
}
