import ArgumentParser
import Events
import Store
import Wire

/// `switchyard audit …`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Checks what was written.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walks every chain of the event log and says where one breaks.")
    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let database = try TokenCommand.database(in: data)
        defer { database.close() }
        let audit = try await TokenCommand.store { () async throws(StoreError) in
          try await database.read { (reader) throws(StoreError) in
            var audit = ChainAudit()
            while try audit.step(reader) {}
            try audit.finish(reader)
            return audit
          }
        }
        for found in audit.breaks { show(found) }
        let (events, streams) = (
          Self.count(audit.events, "event"), Self.count(audit.streams, "stream")
        )
        guard audit.breaks.isEmpty else {
          let breaks = Self.count(audit.breaks.count, "break")
          let more = audit.breaks.count < ChainAudit.breaksMax ? "" : " or more"
          throw StartFailure(.refused, "\(breaks)\(more) in \(events) of \(streams)")
        }
        guard json else { return FileText.print("ok: \(events) in \(streams)") }
        Report(json: true).show([
          "ok": true, "events": .integer(Int64(audit.events)),
          "streams": .integer(Int64(audit.streams)),
        ])
      }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
      "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private func show(_ found: ChainAudit.Break) {
      guard json else {
        return FileText.print("\(found.stream) \(found.streamSequence): \(found.reason.rawValue)")
      }
      Report(json: true).show([
        "stream": .text(found.stream), "seq": .integer(found.streamSequence),
        "reason": .text(found.reason.rawValue),
      ])
    }
  }
}
