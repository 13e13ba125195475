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
    @Option(help: "The data folder.") var data = "./switchyard-data"
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
        let summary =
          "\(audit.events) events in \(audit.streams) streams, \(audit.breaks.count) breaks"
        guard audit.breaks.isEmpty else { throw StartFailure(.refused, summary) }
        FileText.print(
          json
            ? String(
              decoding: (["ok": true, "events": .integer(Int64(audit.events))] as WireValue).json(),
              as: UTF8.self) : "ok: \(summary)")
      }
    }

    private func show(_ found: ChainAudit.Break) {
      let value: WireValue = [
        "stream": .text(found.stream), "seq": .integer(found.streamSequence),
        "reason": .text(found.reason.rawValue),
      ]
      FileText.print(
        json
          ? String(decoding: value.json(), as: UTF8.self)
          : "\(found.stream) \(found.streamSequence): \(found.reason.rawValue)")
    }
  }
}
