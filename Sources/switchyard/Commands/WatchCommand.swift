import ArgumentParser
import Contract
import Gateway
import Negotiation
import Runs
import Wire

/// `switchyard watch RUN_ID`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows a run's events as they happen, over every break of the connection.")

  @OptionGroup var client: ClientOptions

  @Option(help: "The number of the last event that you have; from the beginning when absent.")
  var from: String?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(
    help: """
      Checks here that no event is missing and that the run's chain of hashes vouches for each.
      """)
  var verify = false

  @Argument(help: "The run.")
  var run: String

  /// How often a server that is not there is tried again before the command gives up.
  private static let attemptsMax = 30

  /// What is known of the run, over every connection.
  private struct Progress {
    var reader: EventReader
    /// Nil where nobody asked for it.
    var check: ChainCheck?
  }

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      var progress = Progress(
        reader: EventReader(cursor: from, isJSON: json || !Terminal.isOutput),
        check: verify ? ChainCheck(of: run, after: from) : nil)
      var attempts = 0
      while attempts < Self.attemptsMax {
        let seen = progress.reader.count
        do throws(StartFailure) {
          // A server that was started again may have another port.
          if try watch(try client.target(), &progress) {
            if let summary = progress.check?.summary { FileText.complain(summary) }
            return
          }
        } catch {
          // Where nothing was ever heard there is nothing to go on with.
          guard error.kind == .unavailable, progress.reader.hasBegun else { throw error }
          if attempts == 0 { FileText.complain("switchyard: \(error); trying again") }
        }
        attempts = progress.reader.count > seen ? 1 : attempts + 1
        do throws(CancellationError) {
          try await SystemPausing().pause(for: .seconds(1))
        } catch {
          return
        }
      }
      throw StartFailure(.unavailable, "the server did not come back")
    }
  }

  /// Watches over one connection; true when the run has ended.
  private func watch(
    _ target: ClientOptions.Target, _ progress: inout Progress
  ) throws(StartFailure) -> Bool {
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
          do throws(StartFailure) { try take(bytes, &now, target) } catch { problem = error }
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

  private func take(
    _ bytes: [UInt8], _ progress: inout Progress, _ target: ClientOptions.Target
  ) throws(StartFailure) {
    var check = progress.check
    defer { progress.check = check }
    try progress.reader.take(bytes) { (event, number) throws(StartFailure) in
      try check?.take(event, number: number)
    }
    if check?.isDue == true { try check?.confirm(by: client, at: target) }
  }
}
